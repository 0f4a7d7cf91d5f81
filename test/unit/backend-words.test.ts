// The backend's sentences in German: every one that can reach a person is in the table, and what it makes of real
// messages reads as it should. What is not ours, a provider's words above all, stays as it was said.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { englishOf, messageOf } from "../../src/plain-text.ts";
import { PhraseBook } from "../../src/words/phrase-book.ts";
import { speak } from "../../src/words/users-words.ts";
import { sentencesIn } from "./backend-sentences.ts";
import { extensionTexts } from "./texts.ts";

const ENGLISH_MANIFEST = JSON.parse(readFileSync("package.nls.json", "utf8")) as Record<string, string>;
const GERMAN_MANIFEST = JSON.parse(readFileSync("package.nls.de.json", "utf8")) as Record<string, string>;
const TABLE = JSON.parse(readFileSync("l10n/backend.de.json", "utf8")) as Record<string, string>;

/** Files whose sentences are not shown in VS Code: programs' own helpers, the wire's grammar, what providers say, the exported document. */
const OTHERS_FILES =
  /^server\/(?:(?:backend|main|index|library|library-router|globals)\.ts|(?:observe|tokens|protocol)\/|models\/(?:register-model|model-names|model-info)|cost\/completion-cost|providers\/classify|transports\/(?:rpc|socket|write)|connection\/(?:framing|vector-frame|jsonrpc|frame-writer)|store\/.*(?:table|migrations|copy-state|session-text)\.ts$)/;
/** SQL, and what is said to models. */
const OTHERS_WORDS =
  /^(?:\s*(?:SELECT|INSERT|UPDATE|DELETE|CREATE|ALTER|PRAGMA|BEGIN)\b|Lorem|\[This|\[There|Give your answer|Gives (?:the|your) answer|Answer with|Your answer broke)/;
/** Names of things, and what a program's log or its command line says. */
const NO_WORDS = new Set([
  "growing message ",
  "configuration: {0}",
  "deployment {0}",
  "backend: {0}",
  "the backend stopped: {0}",
  "edgequake-server: {0}",
  "format {0}",
  "host: {0}",
  "proxy-authorization: Basic {0}",
  "router: {0}",
  "{0}: litellm_params.{1}",
  "cannot use the pipe {0}: {1}",
  "edgequake-server listening on {0}",
  "edgequake-server listening on 127.0.0.1:{0}",
  "no client came within a minute",
  "cannot listen: {0}",
]);
/** Plurals and endings that German says otherwise. */
const FEWER_PLACES = new Set([
  "{0} is asked through {1}, as the {2} say{3}",
  "reasoning_content of {0} earlier {1} was not sent back: the API takes none",
]);

/** What the extension itself says as the backend would: its own errors, which programs get as well. */
const AS_THE_BACKEND = "src/{backend,deferred-stream,lm/access,lm/editor-models}.ts";
const SHOWN = extensionTexts().texts;

const sentences = [
  ...sentencesIn("server/**/*.ts", (file) => OTHERS_FILES.test(file)),
  ...sentencesIn(AS_THE_BACKEND, () => false).filter(({ template }) => !SHOWN.has(template)),
].filter(({ template }) => !OTHERS_WORDS.test(template) && !NO_WORDS.has(template));
const placesOf = (text: string): string[] => [...new Set(text.match(/\{\d\}/g))].sort();
/** Names, addresses and code, which are the same in every language. */
const codeOf = (text: string): string[] =>
  [
    ...new Set(
      text.match(
        /https?:\/\/[\w./:@-]+|[A-Z][A-Z0-9]+_[A-Z_0-9]+|\b[a-z]+_[a-z_]+\b|<[a-z]+>|\b\w+\.\w+\(\)/g,
      ),
    ),
  ].sort();

describe("the backend's sentences in German", () => {
  it("are all there, and no other", () => {
    assert.ok(sentences.length >= 400, `${sentences.length}`);
    const missing = sentences.filter(({ template }) => TABLE[template] === undefined);
    assert.deepEqual(
      missing.map(({ file, line, template }) => `${file}:${line}: ${template}`),
      [],
      "missing in l10n/backend.de.json",
    );
    const source = new Set(sentences.map(({ template }) => template));
    const words = sentencesIn("server/**/*.ts", () => false, /^[a-z]+$/).map(({ template }) => template);
    assert.deepEqual(
      Object.keys(TABLE).filter((key) => !source.has(key) && !words.includes(key)),
      [],
      "no longer in the sources",
    );
  });

  it("keep every place and every name", () => {
    for (const [english, german] of Object.entries(TABLE)) {
      assert.ok(german.trim() !== "" && german !== english, english);
      if (!FEWER_PLACES.has(english)) assert.deepEqual(placesOf(german), placesOf(english), german);
      for (const place of placesOf(german)) assert.ok(english.includes(place), german);
      for (const [, title] of english.matchAll(/EdgeQuake: ([A-Z][\w ]+)/g)) {
        const key = Object.keys(ENGLISH_MANIFEST).find((one) => ENGLISH_MANIFEST[one] === title);
        assert.ok(key !== undefined && german.includes(`EdgeQuake: ${GERMAN_MANIFEST[key]}`), german);
      }
      assert.deepEqual(codeOf(german), codeOf(english), german);
      assert.equal(/[.?]$/.exec(german)?.[0], /[.?]$/.exec(english)?.[0], `"${english}" ends otherwise`);
    }
  });
});

describe("what the backend said, in German", () => {
  const book = new PhraseBook(TABLE);
  const said: [english: string, german: string][] = [
    [
      "OllamaException - connection to http://localhost:11434 refused. Is Ollama running at http://localhost:11434? Start it with: ollama serve",
      "OllamaException - Verbindung zu http://localhost:11434 abgelehnt. Läuft Ollama unter http://localhost:11434? Starten Sie es mit: ollama serve",
    ],
    [
      "there is no API key for OpenAI: set the environment variable OPENAI_API_KEY, write api_key under [providers.openai] in /home/a b/.config/edgequake/config.toml, or pass api_key with the call",
      "es gibt keinen API-Schlüssel für OpenAI: setzen Sie die Umgebungsvariable OPENAI_API_KEY, schreiben Sie api_key unter [providers.openai] in /home/a b/.config/edgequake/config.toml, oder geben Sie api_key beim Aufruf an",
    ],
    [
      "OpenAIException - no first token within 30 s (timeout.first_token)",
      "OpenAIException - kein erstes Token innerhalb von 30 s (timeout.first_token)",
    ],
    [
      'no deployment of "fast" is available (a: cooled: the quota is used up). Try again in 12 s. The last error: OpenAIException - the answer is empty',
      'kein Deployment von "fast" ist verfügbar (a: abgekühlt: das Kontingent ist verbraucht). Versuchen Sie es in 12 s wieder. Der letzte Fehler: OpenAIException - die Antwort ist leer',
    ],
    [
      'OpenAIException - the answer is not JSON: "<html>". Is https://example.com really a provider\'s API?',
      'OpenAIException - die Antwort ist kein JSON: "<html>". Ist https://example.com wirklich die API eines Anbieters?',
    ],
    [
      'there is no API key for OpenAI: set the environment variable OPENAI_API_KEY, or run "EdgeQuake: Set API Key", or pass api_key with the call',
      'es gibt keinen API-Schlüssel für OpenAI: setzen Sie die Umgebungsvariable OPENAI_API_KEY, oder führen Sie "EdgeQuake: API-Schlüssel festlegen" aus, oder geben Sie api_key beim Aufruf an',
    ],
    ["https://a.example, from the settings", "https://a.example (Quelle: die Einstellungen)"],
    [
      "HTTP 404: NotFoundError: OllamaException - model 'x' not found. Get the model with: ollama pull x",
      "HTTP 404: NotFoundError: OllamaException - model 'x' not found. Holen Sie das Modell mit: ollama pull x",
    ],
    ["not tagged fast", "nicht als fast markiert"],
    [
      "EdgeQuake's backend stopped: the backend closed the connection",
      "EdgeQuakes Backend wurde beendet: das Backend hat die Verbindung geschlossen",
    ],
  ];
  for (const [english, german] of said)
    it(`"${english.slice(0, 60)}…"`, () => assert.equal(book.say(english), german));

  it("leaves alone what is not ours", () => {
    for (const text of [
      "Rate limit reached for gpt-4o in organization org-fake on tokens per min. Limit: 30000, Used: 29000. Visit https://platform.openai.com/account/rate-limits to learn more.",
      "The model is overloaded, please try again later",
      "The 'messages' parameter must be a string",
      "You exceeded your current quota, please check your plan and billing details.",
      "Der Anbieter sagt es auf Deutsch.",
      "",
    ])
      assert.equal(book.say(text), text);
  });

  it("takes no time over a text made to take some", () => {
    const began = performance.now();
    for (const hostile of ["; , or . ".repeat(800), "a. B ".repeat(1_500), 'no deployment of "'.repeat(400)])
      book.say(hostile);
    assert.ok(performance.now() - began < 3_000, `${performance.now() - began} ms`);
  });
});

describe("a message for a person", () => {
  after(() => speak("en", ""));
  const error = {
    message: "litellm.Timeout: OpenAIException - no first token within 30 s (timeout.first_token)",
  };

  it("is in VS Code's language; for programs it is English", () => {
    speak("de", resolve("l10n"));
    assert.equal(messageOf(error), "OpenAI: kein erstes Token innerhalb von 30 s (timeout.first_token)");
    assert.equal(englishOf(error), "OpenAIException - no first token within 30 s (timeout.first_token)");
    speak("de-AT", resolve("l10n"));
    assert.match(messageOf(error), /kein erstes Token/);
  });

  it("is English where there is no other", () => {
    for (const language of ["en", "en-US", "fr"]) {
      speak(language, resolve("l10n"));
      assert.equal(messageOf(error), "OpenAI: no first token within 30 s (timeout.first_token)");
    }
  });
});
