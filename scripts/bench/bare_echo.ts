import express from 'express';

// What the singles are compared with: the least that an Express server can do with a JSON body.
const app = express();
app.disable('x-powered-by');
app.disable('etag');
app.get('/ready', (_request, response) => {
  response.json({});
});
app.use(express.json());
app.post('/', (request, response) => {
  response.json(request.body);
});
const server = app.listen(Number(process.env.PORT), '127.0.0.1');
process.once('SIGTERM', () => {
  server.close();
  server.closeAllConnections();
});
