// Tokens of a text without a tokenizer: four characters each, LiteLLM's three a message. An estimate. Pure.

export function estimateTokens(text: string, contents: readonly unknown[]): number {
  const texts = contents.map((content) =>
    typeof content === "string" ? content : JSON.stringify(content ?? ""),
  );
  const perMessage = texts.length > 0 ? texts.length * 3 + 3 : 0;
  const characters = text.length + texts.reduce((sum, one) => sum + one.length, 0);
  return Math.ceil(characters / 4) + perMessage;
}
