/** Calls to the server: the worker's door behind the phone's key, and the few of the signed-in worker. */

import { tongue } from "./words.js";

/** What the server said when it refused: its word code, its sentence, its status. */
export class Refused extends Error {
  /**
   * @param {number} status
   * @param {string} code
   * @param {string} message
   */
  constructor(status, code, message) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

/** No answer: the network is away, or the server is. */
export class Unreached extends Error {}

const PATIENCE = 30_000;

/**
 * @param {string} url
 * @param {RequestInit & {patience?: number}} [init]
 */
export async function call(url, init = {}) {
  const { patience = PATIENCE, ...rest } = init;
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), patience);
  try {
    return await fetch(url, { cache: "no-store", redirect: "error", ...rest, signal: stop.signal });
  } catch (fault) {
    throw new Unreached(String(fault));
  } finally {
    clearTimeout(timer);
  }
}

/** @param {Response} answer */
async function refusal(answer) {
  const text = await answer.text().catch(() => "");
  if ((answer.headers.get("Content-Type") ?? "").includes("json")) {
    try {
      const said = JSON.parse(text);
      return new Refused(answer.status, said.code ?? "", said.message ?? "");
    } catch {
      return new Refused(answer.status, "", "");
    }
  }
  const message = new DOMParser().parseFromString(text, "text/xml").getElementsByTagNameNS("*", "message")[0];
  return new Refused(answer.status, answer.headers.get("X-Reason") ?? "", message?.textContent ?? "");
}

/** The door of one phone. */
export class Door {
  /**
   * @param {string} key
   * @param {string} language
   */
  constructor(key, language) {
    this.base = `/openrosa/key/${key}`;
    this.headers = { "X-OpenRosa-Version": "1.0", "Accept-Language": language };
    this.hasBatches = true;
  }

  /**
   * @param {string} path
   * @param {RequestInit & {patience?: number}} [init]
   */
  async ask(path, init = {}) {
    const headers = { ...this.headers, .../** @type {Record<string, string>} */ (init.headers ?? {}) };
    const answer = await call(`${this.base}/${path}`, { credentials: "omit", ...init, headers });
    if (answer.status >= 500) throw new Unreached(String(answer.status));
    if (answer.status >= 400) throw await refusal(answer);
    return answer;
  }

  /** Whether the key opens the door at all: also for who serves no grid today. */
  async isValid() {
    const answer = await call(`${this.base}/submission`, { method: "HEAD", credentials: "omit", headers: this.headers });
    if (answer.status === 204) return true;
    if (answer.status === 403) return false;
    throw new Unreached(String(answer.status));
  }

  /** @param {string} tag @returns {Promise<{pack: any, tag: string} | null>} nothing where it is unchanged */
  async pack(tag) {
    const answer = await this.ask("pack", { headers: tag ? { "If-None-Match": tag } : {}, patience: 60_000 });
    if (answer.status === 304) return null;
    return { pack: await answer.json(), tag: answer.headers.get("ETag") ?? "" };
  }

  /** @param {string} version */
  form = async (version) => (await this.ask(`forms/${version}.xml`)).text();

  /**
   * @param {string} version
   * @param {string} name
   */
  file = async (version, name) => (await this.ask(`forms/${version}/files/${encodeURIComponent(name)}`)).arrayBuffer();

  /** @param {string} id @returns {Promise<{id: string, xml: string, received_at: string, state: string, others: boolean}>} */
  own = async (id) => (await this.ask(`own/${encodeURIComponent(id)}`)).json();

  /** @param {unknown[]} looks */
  looks = (looks) => this.ask("looks", posted({ looks }));

  /** @param {unknown[]} looks */
  caseLooks = (looks) => this.ask("checks/looks", posted({ looks }));

  /** How a case stands now; nothing where it is no longer this worker's to read. @param {string} id */
  async caseNow(id) {
    try {
      return await (await this.ask(`checks/${id}`)).json();
    } catch (fault) {
      if (fault instanceof Refused) return null;
      throw fault;
    }
  }

  /**
   * @param {string} id
   * @param {string} photo
   */
  casePhoto = async (id, photo) => (await this.ask(`checks/${id}/photos/${photo}`, { patience: 60_000 })).arrayBuffer();

  /**
   * Send the result of one case checked on the spot.
   * @param {Record<string, unknown>} result
   * @returns {Promise<{status: number, code: string, message: string}>}
   */
  async check(result) {
    try {
      const answer = await this.ask("checks", { ...posted(result), patience: 120_000 });
      return { status: answer.status, code: "", message: "" };
    } catch (fault) {
      if (fault instanceof Refused) return { status: fault.status, code: fault.code, message: fault.message };
      throw fault;
    }
  }

  /**
   * Send several forms at once; nothing where the server has no such door.
   * @param {string[]} papers
   * @returns {Promise<{status: number, code: string, message: string, missing?: string[]}[] | null>}
   */
  async batch(papers) {
    if (!this.hasBatches) return null;
    try {
      const answer = await this.ask("batch", { ...posted({ items: papers.map((xml) => ({ xml })) }), patience: 120_000 });
      return (await answer.json()).items;
    } catch (fault) {
      if (!(fault instanceof Refused) || fault.status !== 404) throw fault;
      this.hasBatches = false;
      return null;
    }
  }

  /**
   * Send one form with its pictures, as every phone does.
   * @param {string} xml
   * @param {{name: string, blob: Blob}[]} files
   * @returns {Promise<{status: number, code: string, message: string}>}
   */
  async submit(xml, files) {
    const body = new FormData();
    body.set("xml_submission_file", new Blob([xml], { type: "text/xml" }), "submission.xml");
    for (const { name, blob } of files) body.set(name, blob, name);
    try {
      const answer = await this.ask("submission", { method: "POST", body, patience: 180_000 });
      return { status: answer.status, code: "", message: "" };
    } catch (fault) {
      if (fault instanceof Refused) return { status: fault.status, code: fault.code, message: fault.message };
      throw fault;
    }
  }
}

/** @param {unknown} value @returns {RequestInit} */
function posted(value) {
  return { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(value) };
}

/**
 * What only the signed-in worker may ask; refused where nobody is signed in.
 * @param {string} path
 * @param {Record<string, string>} [form]
 * @returns {Promise<any>}
 */
export async function signedIn(path, form) {
  const headers = /** @type {Record<string, string>} */ ({ Accept: "application/json", "Accept-Language": tongue() === "zh" ? "zh-Hans" : "en" });
  if (form) headers["X-CSRFToken"] = (await signedIn("me")).token;
  const answer = await call(new URL(path, new URL("./", location.href)).href, {
    headers, credentials: "same-origin", redirect: "manual", ...(form ? { method: "POST", body: new URLSearchParams(form) } : {}),
  });
  if (!answer.ok) throw await refusal(answer);
  return answer.json();
}
