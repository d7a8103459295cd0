// What a page in a frame has no right to, and old pages die without: they get something to go on with, which
// ends with the page. Nothing of the site's is in it.

class Kept {
  getItem(name) {
    return Object.hasOwn(this, name) ? String(this[name]) : null;
  }
  setItem(name, value) {
    this[name] = String(value);
  }
  removeItem(name) {
    delete this[name];
  }
  clear() {
    for (const name of Object.keys(this)) delete this[name];
  }
  key(place) {
    return Object.keys(this)[place] ?? null;
  }
  get length() {
    return Object.keys(this).length;
  }
}
for (const name of ["localStorage", "sessionStorage"]) {
  Object.defineProperty(window, name, { value: new Kept(), configurable: true });
}

const cookies = new Map();
Object.defineProperty(document, "cookie", {
  configurable: true,
  get: () => [...cookies].map(([name, value]) => `${name}=${value}`).join("; "),
  set: (written) => {
    const [pair, ...terms] = String(written).split(";");
    const [name, ...value] = pair.split("=");
    if (!name.trim() || !value.length) return;
    if (isOver(terms.join(";"))) cookies.delete(name.trim());
    else cookies.set(name.trim(), value.join("=").trim());
  },
});

function isOver(terms) {
  const age = /max-age\s*=\s*(-?\d+)/i.exec(terms);
  const end = /expires\s*=\s*([^;]+)/i.exec(terms);
  return age ? Number(age[1]) <= 0 : Boolean(end) && Date.parse(end[1]) <= Date.now();
}
