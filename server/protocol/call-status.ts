// What a caller may be told of a call that does not answer yet: a request failed and another one follows, or it waits for
// a limit. Plain data; deployments are named by id.

export interface CallStatus {
  /**
   * The same model again (another deployment of it, maybe), or another model in its place. "wait": nothing failed, a
   * router's limit or cooldown is waited for.
   */
  kind: "retry" | "fallback" | "wait";
  /** LiteLLM class of the failure; of a wait what there would be without it, RateLimitError. */
  failed: string;
  status_code: number | null;
  /** Milliseconds from now until the next request. */
  wait_ms: number;
  /** 1-based number of the request that failed, over the whole call; 0 = none was made. */
  attempt: number;
  /** Of a routed call: who is asked next, where that is decided. */
  deployment: string | null;
  /** Of a fallback: the model or group that is asked next. */
  model: string | null;
}

export type OnStatus = (status: CallStatus) => void;

/** `edgequake/status`: of the request with that id, and of the stream it asked for. */
export interface StatusMessage extends CallStatus {
  id: number | string;
  stream_id?: string;
}
