/** As much of a browser's XMLHttpRequest as clients need that are made for browsers, by way of fetch. */
export class BrowserRequest {
  status = 0;
  statusText = '';
  responseText = '';
  responseURL = '';
  readonly response = undefined;
  onloadend: (() => void) | null = null;
  onerror: ((error: unknown) => void) | null = null;
  #url = '';
  #method = 'GET';
  #answer = new Headers();
  readonly #headers = new Headers();

  open(method: string, url: string): void {
    this.#method = method.toUpperCase();
    this.#url = url;
  }

  setRequestHeader(name: string, value: string): void {
    this.#headers.append(name, value);
  }

  getAllResponseHeaders(): string {
    return [...this.#answer].map(([name, value]) => `${name}: ${value}\r\n`).join('');
  }

  send(body: string | null): void {
    void this.#exchange(body).then(
      () => this.onloadend?.(),
      (error) => this.onerror?.(error),
    );
  }

  async #exchange(body: string | null): Promise<void> {
    const answer = await fetch(this.#url, { method: this.#method, headers: this.#headers, body });
    this.responseText = await answer.text();
    this.status = answer.status;
    this.statusText = answer.statusText;
    this.responseURL = answer.url;
    this.#answer = answer.headers;
  }
}
