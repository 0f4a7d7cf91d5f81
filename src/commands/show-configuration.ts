// "EdgeQuake: Show Configuration": which layer won for every value, as a document to read and copy. Never a key.

import type { Client } from "../../server/connection/client.ts";
import { configurationText } from "../configuration-text.ts";
import type { TextDocuments } from "../text-documents.ts";

/** Made anew each time it is shown. */
export async function showConfiguration(
  client: () => Promise<Client>,
  documents: TextDocuments,
): Promise<void> {
  const known = await (await client()).request("edgequake/providers");
  await documents.show("configuration.md", configurationText(known));
}
