// Recordings that do not come out as the bytes say, by id, each with its reason. The list must be exact: one that
// comes right has to leave it.

const NO_ID = "the call's id is empty in the bytes, and none is made up for it";
const CONTEXT = "a full context window, in words that are not known yet: a plain BadRequestError";

export const KNOWN_FAILURES: Record<string, string> = {
  "gemini-openai-compat-s-040a24ea21": NO_ID,
  "gemini-openai-compat-s-5786e281a6": NO_ID,
  "gemini-openai-compat-s-88698e6092": NO_ID,
  "gemini-openai-compat-u-ba78034692": NO_ID,
  "huggingface-chat-u-65b53ea7fc": "the call's id is the number 0, which is lost",
  "ollama-error-400-a9ec01fef3": CONTEXT,
  "ollama-error-400-e8d7a084f5": CONTEXT,
  "perplexity-embeddings-u-f8a51efb0e": "signed bytes in base64 are read as float32",
  "perplexity-error-400-555d7ab7fb": CONTEXT,
  "perplexity-error-400-cb7b5296fa": CONTEXT,
};

/** Recorded requests that are not sent as they were recorded. */
export const KNOWN_REQUESTS: Record<string, string> = {
  "azure-error-400-24a924ea74": "refused before sending: parameters gpt-5-mini does not take",
  "deepseek-chat-u-c5bb202af2":
    "the recorder left extra_body and max_retries, which are LiteLLM's, in the body",
  "deepseek-chat-u-db9ac172f7":
    "the recorder left extra_body and max_retries, which are LiteLLM's, in the body",
  "deepseek-error-401-fefc831c48": "the recorder left max_retries, which is LiteLLM's, in the body",
  "deepseek-error-422-e85d05ae59": "refused before sending: content is no text and no list",
  "huggingface-error-401-5db3f1c833": "refused before sending: the messages are a text",
  "huggingface-error-422-de4731cebf": "refused before sending: the messages are a text",
  "llamacpp-error-400-7bad2b2f0c": "refused before sending: temperature is a text",
  "mistral-error-422-f2a9128799": "refused before sending: content is no text and no list",
  "ollama-error-400-b6a04bbd6e": "refused before sending: a content part is a bare text",
  "openai-error-400-3ccb3499ad": "refused before sending: content is no text and no list",
  "openai-error-400-4594c5b6bb": "refused before sending: a content part has no type",
  "openai-error-400-f5e4cf7b87": "refused before sending: there are no messages",
};
