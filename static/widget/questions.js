/**
 * Which questions are asked before a chat, and whether the answers will do. Pure. The server checks again.
 * @module questions
 */

/**
 * @typedef {"name" | "email" | "phone" | "department" | "question"} FieldName
 * @typedef {{name: FieldName, type: string, label: string, required: boolean, autocomplete: string, options?: {value: string, label: string}[]}} Field
 * @typedef {object} Form
 * @property {"prechat" | "offline"} kind
 * @property {Record<string, string>} values
 * @property {Record<string, string>} errors field → key of our words, or a sentence of the server
 * @property {"edit" | "sending" | "failed" | "sent"} phase
 * @property {string} lane of the entry that is on its way
 * @property {string} ticket once it is stored
 * @property {string} problem the server's sentence
 * @property {string} why nobody could chat when it was opened; "" when somebody could
 */

/** @param {"prechat" | "offline"} kind @returns {Form} */
export function emptyForm(kind) {
  return { kind, values: {}, errors: {}, phase: "edit", lane: "", ticket: "", problem: "", why: "" };
}

/**
 * The fields to show: what is known is not asked, and what one was free to leave out is not asked twice.
 * Before a chat the question alone is no form: the composer asks it. Away, the message is part of the form.
 * @param {{config: any, profile: Record<string, any>, form: Form, declined: string[]}} state
 * @returns {Field[]}
 */
export function fieldsToAsk({ config, profile, form, declined }) {
  /** @type {Field[]} */
  const all = config.forms[form.kind]?.fields ?? [];
  const fields = all.filter(({ name }) => !profile[name]);
  if (form.kind === "offline") return fields.some(({ name }) => name === "question") ? fields : [...fields, MESSAGE];
  const open = fields.filter(({ name, required }) => required || !declined.includes(name));
  return open.every(({ name }) => name === "question") ? [] : open;
}

/** Where the answer to a message can go, as the offline form asks for it. @param {{config: any}} state @returns {Field[]} */
export function addressFields({ config }) {
  /** @type {Field[]} */
  const all = config.forms.offline?.fields ?? [];
  return all.filter(({ name }) => name === "email" || name === "phone");
}

/**
 * The facts about a person that were asked for and left out.
 * @param {Field[]} fields
 * @param {Record<string, string>} values
 */
export function leftOut(fields, values) {
  return fields.map(({ name }) => name).filter((name) => FACTS.has(name) && !(values[name] ?? "").trim());
}

const FACTS = new Set(["name", "email", "phone"]);

/** @type {Field} the label is filled in by the view */
const MESSAGE = { name: "question", type: "textarea", label: "", required: true, autocomplete: "" };

const EMAIL = /^[^\s@<>(),;:"[\]\\]+@[^\s@<>(),;:"[\]\\.]+(\.[^\s@<>(),;:"[\]\\.]+)+$/u;
const PHONE = /^\+?[\d\s()./-]{5,30}$/;

/**
 * @param {Field[]} fields @param {Form} form @param {Record<string, any>} profile what is known already
 * @returns {Record<string, string>} field → key of the sentence that says what to do; empty when all is well
 */
export function findErrors(fields, { kind, values }, profile) {
  /** @type {Record<string, string>} */
  const errors = {};
  for (const { name, required } of fields) {
    const value = (values[name] ?? "").trim();
    const needed = required || (kind === "offline" && name === "question");
    if (!hasWords(value)) {
      if (needed) errors[name] = "fill_in";
    } else if (name === "email" && (!EMAIL.test(value) || value.length > 254)) errors.email = "wrong_email";
    else if (name === "phone" && (!PHONE.test(value) || value.replace(/\D/g, "").length < 5))
      errors.phone = "wrong_phone";
  }
  const reachable = ["email", "phone"].some((name) => (values[name] ?? "").trim() || profile[name]);
  const first = fields.find((field) => field.name === "email" || field.name === "phone");
  if (kind === "offline" && !reachable && first && !errors[first.name]) errors[first.name] = "email_or_phone";
  return errors;
}

/** Something to read, not only blanks and invisible signs. @param {string} text */
export function hasWords(text) {
  return /[^\s\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/u.test(text);
}

/**
 * What `chat.start` carries besides the message.
 * @param {Record<string, string>} values @param {Record<string, any>} profile
 */
export function startFields(values, profile) {
  /** @type {Record<string, string>} */
  const form = {};
  for (const name of ["name", "email", "phone"]) {
    const value = (values[name] ?? "").trim() || profile[name];
    if (value) form[name] = value;
  }
  return { form, ...(values.department && { department: values.department }) };
}
