/**
 * The calls of the chat on your page; see embedding.md. Copy this file into your project: it declares
 * `window.Helpdesk` and `window.helpdeskSettings` and brings no code.
 */

/** What you know of the visitor; shown to your team as unverified. */
interface HelpdeskFacts {
  name?: string;
  email?: string;
  phone?: string;
  /** The language of the window, for example "el". */
  language?: string;
}

interface HelpdeskOptions extends HelpdeskFacts {
  key?: string;
  hide_default_launcher?: boolean;
}

interface HelpdeskCart {
  value: number;
  /** Three letters, for example "EUR". */
  currency: string;
  /** `image` is shown in invitations only: an address of your own site, or one that begins with https. */
  items?: { name: string; quantity?: number; price?: number; image?: string }[];
}

/** A goal that was reached. */
interface HelpdeskGoal {
  /** As it is called in the settings of the invitation, for example "order". */
  event: string;
  value?: number;
  /** Three letters, for example "EUR". */
  currency?: string;
  /** The order's number: told twice it counts once. */
  id?: string;
}

type HelpdeskAttributes = Record<string, string | number | boolean>;

/** Each event of the chat with its detail. */
interface HelpdeskEvents {
  ready: { online: boolean };
  open: Record<string, never>;
  close: Record<string, never>;
  unread: { count: number };
  status: { online: boolean };
  coupon: { code: string };
  message: { ticket: string; name: string; body: string; at: string };
  error: { code: string; message: string };
}

interface HelpdeskCalls {
  (verb: "boot", options?: HelpdeskOptions): void;
  (verb: "open" | "close" | "toggle" | "shutdown"): void;
  (verb: "identify", facts: HelpdeskFacts): void;
  (verb: "set", facts: HelpdeskFacts & { attributes?: HelpdeskAttributes; cart?: HelpdeskCart | null }): void;
  (verb: "track", name: string, more?: { value?: number; properties?: HelpdeskAttributes }): void;
  (verb: "convert", goal: HelpdeskGoal): void;
  (verb: "page", url?: string): void;
  (verb: "consent", agreed?: boolean): void;
  (verb: "optout", out?: boolean): void;
  <Name extends keyof HelpdeskEvents>(
    verb: "on",
    name: Name,
    listener: (detail: HelpdeskEvents[Name]) => void,
  ): void;
}

declare var Helpdesk: HelpdeskCalls;

interface Window {
  Helpdesk: HelpdeskCalls;
  helpdeskSettings?: HelpdeskOptions;
}
