// What a routed answer says of its way, and what a router says of itself. Plain data, no secret in it: deployments are
// named by id.

/** Who was asked for one request, and how that ended. */
export interface RouteAttempt {
  /** 1-based, over all groups of the call. */
  attempt: number;
  group: string;
  /** Deployment id. */
  deployment: string;
  /** LiteLLM class, or "ok". */
  outcome: string;
  status_code?: number;
  /** What went wrong, in words. */
  error?: string;
  ms: number;
  /** Of an answer: USD, null = unknown. */
  cost_usd?: number | null;
  /** Milliseconds waited before the next one. */
  waited_ms?: number;
  /** Why no other of the group followed. */
  stopped_because?: string;
}

/** One decision: every candidate with what filtered it, or its score. */
export interface RouteDecision {
  strategy: string;
  /** What the scores are: "weight", "in_flight", … */
  measure: string | null;
  chosen: string | null;
  candidates: { id: string; filtered?: string; score?: number }[];
}

/** `edgequake.trace` of a routed answer. */
export interface RouteTrace {
  router_id: string;
  /** As the caller named it. */
  model: string;
  /** The group that answered. */
  group: string;
  /** The deployment that answered. */
  deployment: string;
  attempts: RouteAttempt[];
  decisions: RouteDecision[];
  /** Groups that failed before, with the class of their last failure. */
  fallbacks: { group: string; failed: string }[];
}

export interface DeploymentStatus {
  id: string;
  model_name: string;
  model: string;
  healthy: boolean;
  /** Milliseconds until it may be asked again; 0 = now. */
  cooled_ms: number;
  cooled_because: string | null;
  in_flight: number;
  /** Of the last minute. */
  requests: number;
  tokens: number;
  successes: number;
  failures: number;
  /** Means of the newest samples; null = none yet. */
  ms_first_chunk: number | null;
  ms_per_token: number | null;
  limits: { kind: string; capacity: number; free: number }[];
  last_error: { name: string; status_code?: number; message: string; at: number } | null;
}

/** Result of edgequake/routerStatus. */
export interface RouterStatus {
  router_id: string;
  strategy: string;
  model_names: string[];
  deployments: DeploymentStatus[];
  /** Limits over several deployments: of a provider, or of all (`provider` null). */
  limits: { provider: string | null; kind: string; capacity: number; free: number }[];
  /** Requests that wait for a limit, by group. */
  waiting: Record<string, number>;
  warnings: string[];
}
