// The ledger as CSV: what spreadsheets would run is text, and what holds a comma or a line break stays one cell.

import assert from "node:assert/strict";
import { ledgerCsv, ledgerJson } from "../../../server/store/export.ts";
import { ledgerRow } from "../../store/ledger-row.ts";

describe("the ledger's export", () => {
  it("as CSV holds one line a row, and no formula", () => {
    const rows = [
      ledgerRow({ model: '=HYPERLINK("http://evil.example")', caller: "a,b" }),
      ledgerRow({ model: "@x", cost_nano_usd: null, outcome: "two\r\nlines" }),
    ];
    const csv = ledgerCsv(rows);
    assert.ok(csv.startsWith("id,call_id,at,"));
    assert.ok(csv.includes(`"'=HYPERLINK(""http://evil.example"")"`));
    assert.ok(csv.includes('"a,b"'));
    assert.ok(csv.includes("'@x"));
    assert.ok(csv.includes('"two\r\nlines"'));
    assert.equal(csv.trimEnd().split("\r\n").length, 1 + 2 + 1);
  });

  it("as JSON is the rows", () => {
    const rows = [ledgerRow()];
    assert.deepEqual(JSON.parse(ledgerJson(rows)), rows);
  });
});
