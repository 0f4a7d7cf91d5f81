// LiteLLM's Router arguments as a program gives them, in the library and in the exported API. Types only.

/** Times in seconds. */
export interface RouterOptions {
  model_list: readonly {
    /** The group: several deployments may have the same. May be a pattern ("openai/*", "*"). */
    model_name: string;
    /** What it is called with; "os.environ/X" stands for a variable. Also rpm, tpm, weight, order, tags … */
    litellm_params: { model: string; [param: string]: unknown };
    model_info?: { id?: string; [field: string]: unknown };
    [field: string]: unknown;
  }[];
  routing_strategy?: string;
  /** Default 2: at most three requests a group. */
  num_retries?: number;
  [option: string]: unknown;
}
