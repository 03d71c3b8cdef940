/** The chat API of `web`; shapes as in its OpenAPI. */

export interface Button {
  title: string;
  payload: string;
}

export interface Source {
  title: string;
  section: string | null;
  url: string | null;
}

export interface Call {
  name: string;
  number: string;
}

export interface Appointment {
  reference: string;
  status: "booked" | "cancelled";
  title: string;
  clinician: string;
  start: string;
  end: string;
  time_zone: string;
}

export interface Metadata {
  kind?: string;
  topic?: string;
  sources?: Source[];
  review?: { status: string; on: string | null };
  call?: Call[];
  appointment?: Appointment;
}

export interface Reply {
  text: string;
  buttons: Button[];
  metadata: Metadata;
}

export interface ServerTurn {
  id: string;
  event: number | null;
  text: string | null;
  button: string | null;
  state: "waiting" | "running" | "done" | "failed";
  by: "assistant" | "notice" | "person";
  replies: Reply[];
  feedback?: Record<string, boolean>;
}

/** The server said no, in words for the visitor. */
export class Refused extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly retryAfter: number,
  ) {
    super(message);
  }

  /** Whether the same may well be answered a little later. */
  get isPassing(): boolean {
    return this.status >= 500 || this.status === 429;
  }

  get isOver(): boolean {
    return this.status === 401;
  }
}

export const PATIENCE = 25_000; // ms; the server answers or gives up before

export class ChatApi {
  token: string | undefined;

  constructor(private readonly base: URL) {}

  /** A call's answer; raises `Refused`, or what `fetch` raises when there is no line. */
  async call(method: string, path: string, body?: unknown, more: RequestInit & { headers?: Record<string, string> } = {}): Promise<Response> {
    const headers: Record<string, string> = { ...more.headers };
    if (body !== undefined) headers["Content-Type"] = "application/json";
    if (this.token) headers.Authorization = `Bearer ${this.token}`;
    const answer = await fetch(new URL(`chat/${path}`, this.base), {
      signal: AbortSignal.timeout(PATIENCE), ...more, method, headers,
      body: body === undefined ? null : JSON.stringify(body),
      cache: "no-store", credentials: "omit", referrerPolicy: "no-referrer",
    });
    if (answer.ok) return answer;
    const { error } = (await answer.json().catch(() => ({}))) as { error?: { code: string; message: string } };
    throw new Refused(answer.status, error?.code ?? "", error?.message ?? "", Number(answer.headers.get("Retry-After")) || 0);
  }

  /** A new session: its token, and until when it holds, in seconds since the epoch. */
  async begin(): Promise<{ token: string; until: number }> {
    this.token = undefined;
    const session = (await (await this.call("POST", "session", { consent: true })).json()) as { token: string; expires_at: number };
    this.token = session.token;
    return { token: session.token, until: session.expires_at };
  }

  async send(id: string, text: string): Promise<Reply[]> {
    return ((await (await this.call("POST", "messages", { id, text })).json()) as { replies: Reply[] }).replies;
  }

  async turns(after?: number): Promise<ServerTurn[]> {
    const path = after === undefined ? "messages" : `messages?after=${after}`;
    return ((await (await this.call("GET", path)).json()) as { turns: ServerTurn[] }).turns;
  }

  async feedback(id: string, reply: number, helpful: boolean, word?: string): Promise<Reply[]> {
    const body = word ? { reply, helpful, word } : { reply, helpful };
    return ((await (await this.call("POST", `messages/${encodeURIComponent(id)}/feedback`, body)).json()) as { replies: Reply[] }).replies;
  }

  async calendar(reference: string): Promise<Blob> {
    return (await this.call("GET", `appointments/${encodeURIComponent(reference)}/calendar`)).blob();
  }

  async erase(): Promise<void> {
    await this.call("DELETE", "session");
  }
}
