// Made by `manage.py generate_docs` from helpdesk/realtime/events.py. Do not edit.

export type Party = { kind: "visitor" | "agent" | "bot" | "system"; id: string | null; name: string };

export interface EventFrame<Name extends string, Data> {
  type: "event";
  ticket: string;
  seq: number;
  name: Name;
  by: Party;
  at: string;
  data: Data;
  client_id?: string;
}

/** Somebody wrote a message that the visitor sees. */
export interface MessageCreated {
  message: string;
  kind: string;
  body: string;
  attachments: Record<string, unknown>[];
  reply_to: string | null;
}

/** An agent wrote an internal note. It has no form for visitors. */
export interface NoteCreated {
  message: string;
  kind: string;
  body: string;
  attachments: Record<string, unknown>[];
  reply_to: string | null;
}

/** The ticket went to somebody, or to nobody. `from` and `to` are {id, name} or null. */
export interface TicketAssigned {
  from: Record<string, unknown> | null;
  to: Record<string, unknown> | null;
  department: Record<string, unknown> | null;
  why: string;
}

/** An agent hands the conversation over: `to` {id, name} is a colleague, at whom it rings, or a department. */
export interface TransferOffered {
  to: Record<string, unknown>;
  note: string;
}

/** The colleague did not take it, and it stays where it was: why is declined, timeout or cancelled. */
export interface TransferClosed {
  to: Record<string, unknown>;
  why: string;
}

/** Those who lead were told that the chat finds nobody: why is all_tried, too_long or no_reply, `to` a list of {id, name}. */
export interface AlertRaised {
  why: string;
  to: Record<string, unknown>[];
}

/** The visitor began the conversation from an invitation, whose words were `body`. `invitation` is {id, name}, or null for what an agent (`by`) wrote by hand; `variant` is its name or null. It is nobody's message. */
export interface InvitationAccepted {
  body: string;
  invitation: Record<string, unknown> | null;
  variant: string | null;
}

/** State, subject or department changed. What did not change is left out. */
export interface TicketChanged {
  why: string;
  state?: string;
  subject?: string;
  department?: Record<string, unknown>;
}

/** The live chat is over: why is visitor, agent, inactive, or message (they left one instead of waiting). */
export interface ChatEnded {
  why: string;
}

export type AgentEventFrame =
  | EventFrame<"message.created", MessageCreated>
  | EventFrame<"note.created", NoteCreated>
  | EventFrame<"ticket.assigned", TicketAssigned>
  | EventFrame<"transfer.offered", TransferOffered>
  | EventFrame<"transfer.closed", TransferClosed>
  | EventFrame<"alert.raised", AlertRaised>
  | EventFrame<"invitation.accepted", InvitationAccepted>
  | EventFrame<"ticket.changed", TicketChanged>
  | EventFrame<"chat.ended", ChatEnded>;

/** Somebody wrote a message. */
export interface MessageCreatedForVisitor {
  message: string;
  kind: string;
  body: string;
  attachments: Record<string, unknown>[];
  reply_to: string | null;
}

/** Who answers now: {id, name} with the name that visitors read, or null. `why` is agent_left or no_reply when that is why nobody does, else null. */
export interface TicketAssignedForVisitor {
  to: Record<string, unknown> | null;
  why: string | null;
}

/** What the visitor was invited with, at the head of the conversation. */
export interface InvitationAcceptedForVisitor {
  body: string;
}

/** The conversation was ended or opened again: state is "open" or "ended". */
export interface TicketChangedForVisitor {
  state: string;
}

/** The live chat is over: why is visitor, agent, inactive, or message (they left one instead of waiting). After message the conversation stays open, and `number` is its ticket's; else there is none. */
export interface ChatEndedForVisitor {
  why: string;
  number?: number;
}

export type VisitorEventFrame =
  | EventFrame<"message.created", MessageCreatedForVisitor>
  | EventFrame<"ticket.assigned", TicketAssignedForVisitor>
  | EventFrame<"invitation.accepted", InvitationAcceptedForVisitor>
  | EventFrame<"ticket.changed", TicketChangedForVisitor>
  | EventFrame<"chat.ended", ChatEndedForVisitor>;
