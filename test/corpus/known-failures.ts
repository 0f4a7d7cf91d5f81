// Recordings that do not come out as the bytes say, by id, each with its reason. The list must be exact: one that
// comes right has to leave it.

export const KNOWN_FAILURES: Record<string, string> = {
  "openai-responses-stream-s-7263f40746":
    "its pieces and its whole say different texts; the pieces are given out",
};

/** Recorded requests that are not sent as they were recorded. */
export const KNOWN_REQUESTS: Record<string, string> = {
  "anthropic-error-400-37c7cbcfac": "max_tokens is raised above the thinking budget, as the API wants it",
  "anthropic-error-400-97daf7b9dd": "refused before sending: a message is a text",
  "anthropic-error-400-bc07e9f804": "refused before sending: content is no text and no list",
  "anthropic-error-400-c63f8de6ae": "minimum, which the API refuses in a schema, goes into the description",
  "azure-error-400-24a924ea74": "refused before sending: parameters gpt-5-mini does not take",
  "bedrock-error-400-263aff5650":
    "the model takes temperature or top_p: the second is dropped, with a warning",
  "bedrock-error-400-e3f8c9ebbc": "refused before sending: content is no text and no list",
  "deepseek-chat-u-c5bb202af2":
    "the recorder left extra_body and max_retries, which are LiteLLM's, in the body",
  "deepseek-chat-u-db9ac172f7":
    "the recorder left extra_body and max_retries, which are LiteLLM's, in the body",
  "deepseek-error-401-fefc831c48": "the recorder left max_retries, which is LiteLLM's, in the body",
  "deepseek-error-422-e85d05ae59": "refused before sending: content is no text and no list",
  "gemini-embeddings-u-714d325774": "an input of a text and an image: LiteLLM's inputs are texts",
  "gemini-embeddings-u-a0b3549296": "one input of two texts: LiteLLM's are one text each",
  "gemini-error-400-46cc026dfb": "inputs of images: LiteLLM's are texts",
  "huggingface-error-401-5db3f1c833": "refused before sending: the messages are a text",
  "huggingface-error-422-de4731cebf": "refused before sending: the messages are a text",
  "llamacpp-error-400-7bad2b2f0c": "refused before sending: temperature is a text",
  "mistral-error-400-4dbf31fbea":
    "reasoning_effort low becomes high, for its models know none and high alone",
  "mistral-error-400-7aa70721cc": "sent in batches, so that Mistral has no cause to refuse it",
  "mistral-error-422-f2a9128799": "refused before sending: content is no text and no list",
  "ollama-error-400-b6a04bbd6e": "refused before sending: a content part is a bare text",
  "openai-error-400-3ccb3499ad": "refused before sending: content is no text and no list",
  "openai-error-400-4594c5b6bb": "refused before sending: a content part has no type",
  "openai-error-400-57dd0a896b": "refused before sending: a thinking model takes no temperature",
  "openai-error-400-5e2c771797": "refused before sending: gpt-5-mini takes no stop",
  "openai-error-400-f5e4cf7b87": "refused before sending: there are no messages",
  "openai-responses-u-e1b35d3137": "refused before sending: a stored prompt is no message",
  "openai-responses-u-a67361c099": "refused before sending: a stored prompt is no message",
  "openai-responses-u-901b6ad5e5": "refused before sending: a stored prompt is no message",
  "openai-error-400-c1c0de8deb": "the recorder sent a message of the role tool, which the API does not know",
};
