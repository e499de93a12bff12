// The stand-alone page that verifies certificates: part of one HTML file, no network, no imports.

const TOKEN = /^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$/;
const ED25519 = { name: "Ed25519" };
const WORDS = {
  valid: "有效：签名正确。 Valid: the signature is right.",
  expired: "已过有效期；签名正确。 Expired; the signature is right.",
  revoked: "已撤销。 Revoked: no longer valid.",
  reissued: "已补发新证书，本证书失效。 Replaced by a new certificate.",
  forged: "签名无效：不是发证机构签发的。 The signature is not valid: the issuer did not issue this.",
  unreadable: "不是证书二维码的内容。 This is not the text of a certificate's QR code.",
  unsupported: "此浏览器不支持 Ed25519，请更新浏览器。 This browser lacks Ed25519: please update it.",
};
const REASONS = {
  misconduct: "违纪 breach of the exam rules",
  result_changed: "成绩变更 result changed",
  issued_in_error: "误发 issued in error",
  false_papers: "虚假材料 false papers or statements",
  holder_asked: "持证人申请 at the holder's request",
};

const jwks = JSON.parse(found("keys").textContent || "{}");
/** @type {{number: number, at: string, entries: Map<string, any>} | null} */
let list = null;

function found(id) {
  const element = document.getElementById(id);
  if (!element) throw new Error(`no element ${id}`);
  return element;
}

function bytes(text) {
  const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (character) => character.charCodeAt(0));
}

/** Return the JSON that one of the keys signed, or null. */
async function opened(head, body, signature) {
  const header = JSON.parse(new TextDecoder().decode(bytes(head)));
  if (header.alg !== "Ed25519") return null;
  const data = new TextEncoder().encode(`${head}.${body}`);
  for (const { kty, crv, x } of jwks.keys) {
    const key = await crypto.subtle.importKey("jwk", { kty, crv, x }, ED25519, false, ["verify"]);
    if (await crypto.subtle.verify(ED25519, key, bytes(signature), data)) {
      return JSON.parse(new TextDecoder().decode(bytes(body)));
    }
  }
  return null;
}

/** @returns {Promise<{state: string, statement?: any, entry?: any}>} */
async function judged(text) {
  const token = text.replace(/\s/g, "").split("#").at(-1) || "";
  if (!TOKEN.test(token)) return { state: "unreadable" };
  const [head, body, signature] = token.split(".");
  let statement;
  try {
    statement = await opened(head, body, signature);
  } catch (error) {
    return { state: error.name === "NotSupportedError" ? "unsupported" : "unreadable" };
  }
  if (!statement) return { state: "forged" };
  if (!statement.no || !statement.name) return { state: "unreadable" };
  const entry = list?.entries.get(statement.no);
  if (entry) return { state: entry.reason === "reissued" ? "reissued" : "revoked", statement, entry };
  return { state: statement.to && statement.to < today() ? "expired" : "valid", statement };
}

function today() {
  const now = new Date();
  return new Date(now.getTime() - now.getTimezoneOffset() * 60000).toISOString().slice(0, 10);
}

function grouped(number) {
  return [number.slice(0, -9), number.slice(-9, -5), number.slice(-5, -1), number.slice(-1)].join("-");
}

function fact(name, value) {
  const term = document.createElement("dt");
  const description = document.createElement("dd");
  term.textContent = name;
  description.textContent = value;
  found("facts").append(term, description);
}

/** @param {{state: string, statement?: any, entry?: any}} verdict */
function show({ state, statement, entry }) {
  found("verdict").dataset.state = state;
  found("verdict").textContent = WORDS[state];
  found("facts").replaceChildren();
  if (statement) {
    fact("姓名 Name", statement.name);
    fact("证书 Certificate", statement.of);
    fact("编号 Number", grouped(statement.no));
    fact("发证日期 Issued", statement.on);
    fact("有效期至 Valid until", statement.to || "长期有效 no expiry");
  }
  if (entry) fact("失效时间 Since", `${entry.since.slice(0, 10)} ${REASONS[entry.reason] || ""}`);
  found("note").textContent = !statement
    ? ""
    : list
      ? `失效证书名单第 ${list.number} 号，截至 ${list.at}。 By revocation list no. ${list.number}, complete up to ${list.at}.`
      : "未载入失效证书名单：无法判断是否已失效。 Without a revocation list it is not known whether it was revoked.";
}

async function load(file) {
  list = null;
  try {
    const flat = JSON.parse(await file.text());
    const body = await opened(flat.protected, flat.payload, flat.signature);
    if (body?.kind !== "certificate-revocations") throw new Error("not a list");
    list = { number: body.number, at: body.at, entries: new Map(body.entries.map((entry) => [entry.no, entry])) };
    found("list-note").textContent = `第 ${list.number} 号，截至 ${list.at} No. ${list.number}, up to ${list.at}`;
  } catch {
    found("list-note").textContent = "不是有效的失效证书名单，未载入。 Not a valid revocation list; it was not loaded.";
  }
}

async function verify() {
  const text = found("text");
  if (text instanceof HTMLTextAreaElement && text.value.trim()) show(await judged(text.value));
}

found("key-ids").textContent = jwks.keys.map((key) => key.kid).join(", ");
found("form").addEventListener("submit", (event) => {
  event.preventDefault();
  verify();
});
found("list").addEventListener("change", async (event) => {
  const [file] = event.target instanceof HTMLInputElement ? event.target.files || [] : [];
  if (file) await load(file);
  await verify();
});
