// Lists in attributes, as layouts write them: ['Cat', "Don\'t know", 3,]. The grammar is told in
// mturk_tasks/markup/lists.py, which reads it too; both must say the same.

const BLANK = "[ \\t\\n\\r\\f\\v\\u00a0\\ufeff]*";
const LIST_BEGIN = new RegExp(`${BLANK}\\[${BLANK}`, "y");
const LIST_ITEM = new RegExp(
  `(?:'((?:[^'\\\\]|\\\\[^])*)'|"((?:[^"\\\\]|\\\\[^])*)"|(-?[0-9]+(?:\\.[0-9]+)?|true|false|null))` +
    `${BLANK}(,)?${BLANK}`,
  "y",
);
const LIST_END = new RegExp(`\\]${BLANK}$`, "y");
const NAMED = { b: "\b", f: "\f", n: "\n", r: "\r", t: "\t", v: "\v", 0: "\0" };

// The items of a list, null for what is no list.
function listed(text) {
  let position = 0;
  const take = (pattern) => {
    pattern.lastIndex = position;
    const found = pattern.exec(text);
    if (found) position = pattern.lastIndex;
    return found;
  };
  if (!take(LIST_BEGIN)) return null;
  const items = [];
  for (let found, comma = ","; comma && (found = take(LIST_ITEM)); comma = found[4]) {
    items.push(found[3] || unescaped(found[1] ?? found[2]));
  }
  return take(LIST_END) ? items : null;
}

function unescaped(text) {
  return text.replace(/\\(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|(\r\n|[^]))/g, (whole, wide, narrow, other) => {
    if (wide || narrow) return String.fromCharCode(parseInt(wide || narrow, 16));
    return ["\r\n", "\n", "\r", "\u2028", "\u2029"].includes(other) ? "" : (NAMED[other] ?? other);
  });
}
