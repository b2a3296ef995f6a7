/**
 * The shapes that the server sends, as the console reads them. Only types: nothing here runs.
 *
 * @typedef {{id: string, name: string, hue: number, initials: string}} Person
 * @typedef {{id: string, name: string}} Named
 * @typedef {{id: string, name: string, email: string, role: string, status: "online"|"away"|"offline", reason?: string,
 *   hue: number, initials: string, departments: string[], load?: number, limit?: number|null, paused?: boolean}} Member
 * @typedef {"all"|"mine"|"unassigned"|"resolved"|"spam"} View
 * @typedef {"new"|"open"|"answered"|"resolved"|"spam"} TicketState
 * @typedef {{by: "visitor"|"agent"|"bot"|"system", member: string|null, name: string, preview: string,
 *   kind: "text"|"note", at: string}} LastLine
 * @typedef {{read: number, unread: number}} Mine
 *
 * @typedef {object} Row  One ticket in a list.
 * @property {string} id
 * @property {number} number
 * @property {string} subject
 * @property {"chat"|"offline_form"} channel
 * @property {TicketState} state
 * @property {string} name
 * @property {number} hue
 * @property {string} initials
 * @property {string} language
 * @property {string} visitor
 * @property {boolean} online
 * @property {Person|null} assignee
 * @property {Named|null} department
 * @property {number} head
 * @property {number} inbound
 * @property {LastLine|null} last
 * @property {string|null} waiting_since
 * @property {string} created_at
 * @property {string} updated_at
 * @property {number} version
 * @property {Mine} [mine]  Only from REST; a live row lacks it.
 *
 * @typedef {{all: number, mine: number, unassigned: number, waiting: number}} Counts
 * @typedef {{kind: "visitor"|"agent"|"bot"|"system", id: string|null, name: string}} Author
 *
 * @typedef {object} LogEvent  One durable fact of a ticket.
 * @property {string} ticket
 * @property {number} seq
 * @property {string} name
 * @property {string} [client_id]
 * @property {Author} by
 * @property {string} at
 * @property {Record<string, any>} data
 *
 * @typedef {{url: string, title: string, at: string}} Step
 * @typedef {{online: boolean, url: string, title: string, referrer: string, browser: string, os: string, device: string,
 *   language: string, country: string, since: string, page_since: string, trail: Step[]}} Visit
 * @typedef {{id: string, name: string, email: string, phone: string, verified: boolean, language: string,
 *   time_zone: string, first_seen_at: string, tickets: number}} Visitor
 * @typedef {{id: string, number: number, subject: string, state: TicketState, created_at: string,
 *   assignee: Person|Named|null}} Earlier
 * @typedef {{row: Row, visitor: Visitor|null, contact: {id: string, name: string, email: string, phone: string}|null,
 *   possible_contact: {id: string, name: string, email: string}|null, form: {label: string, value: string}[],
 *   visit: Visit|null, earlier: Earlier[], epoch: string, head: number}} Detail
 *
 * @typedef {{id: string, shortcut: string, title: string, text: string, scope: "personal"|"department"|"workspace",
 *   department: Named|null, mine: boolean, editable: boolean}} Canned
 *
 * @typedef {{client_id: string, ticket: string, kind: "text"|"note", body: string, at: string,
 *   state: "sending"|"waiting"|"failed"|"sent", problem?: string}} Pending  A message that the server has not acknowledged yet.
 *
 * @typedef {"directed"|"all"|"transfer"} RingMode
 * @typedef {{visitor: string, hue: number, initials: string, number: number, body: string, page: string, title: string,
 *   department: string|null, language: string, waited_seconds: number, is_first: boolean, place?: string, note: string,
 *   from: Named|null}} RingSummary  `from`: who hands the chat over; `page`: an address.
 * @typedef {{ring: string, ticket: string, mode: RingMode, expires_in_ms: number, rings_for_ms: number,
 *   summary: RingSummary}} RingOffer
 * @typedef {{ring: string, ticket: string, why: "accepted"|"declined"|"timeout"|"cancelled", by: Named|null}} RingClosed
 * @typedef {{alert: string, ticket: string, why: "all_tried"|"too_long"|"no_reply", at: string, summary: {visitor: string,
 *   hue: number, initials: string, number: number, body: string, department: string|null, agent: Named|null}}} LeadAlert
 *   A chat that finds nobody; `agent`: who has it and does not answer.
 * @typedef {{load: number, limit: number|null, paused: {why: "self"|"admin"|"misses"|"idle", at: string}|null,
 *   paused_departments: string[], forced_online: {why: "self"|"admin", at: string}|null}} Desk  How many chats I have and
 *   may have, whether new ones come, and whether they do outside the opening hours too.
 *
 * @typedef {"closed"|"not_online"|"paused"|"full"|"resting"|"language"|"tried"} Reason  Why somebody is not rung.
 * @typedef {{reasons: Reason[], load: number, limit: number|null, outside_hours?: boolean}} Chances  `outside_hours`: it
 *   was closed, and they stay available then.
 * @typedef {object} Decision  One step of the routing.
 * @property {string} id
 * @property {string} at
 * @property {"ring"|"ring_all"|"wait"|"overflow"|"give_up"} kind
 * @property {string} why
 * @property {string} strategy
 * @property {number} cycle
 * @property {string|null} tie_break
 * @property {Named|null} department
 * @property {Named[]} agents  whom it rang
 * @property {(Chances & {member: Named})[]} candidates  admins see them
 * @property {Chances|null} me
 * @typedef {{member: Named, mode: RingMode, outcome: ""|"accepted"|"declined"|"timeout"|"cancelled", started_at: string,
 *   closed_at: string|null}} PastRing
 * @typedef {{decisions: Decision[], rings: PastRing[]}} Routing  Both newest first.
 *
 * @typedef {"browsing"|"invited"|"queued"|"chatting"} SiteState
 * @typedef {{value: number, currency: string, count: number}} Cart
 * @typedef {object} OnSite  Somebody who is on the site now; `id` is their browser.
 * @property {string} id
 * @property {string|null} visitor
 * @property {string} name
 * @property {string} email
 * @property {string} url
 * @property {string} title
 * @property {string} page_since
 * @property {string} since
 * @property {number} pages
 * @property {number} active_seconds
 * @property {boolean} hidden
 * @property {string} referrer
 * @property {string} source
 * @property {Record<string, string>} utm
 * @property {string} country  two letters, or ""
 * @property {string} city
 * @property {string} device
 * @property {string} browser
 * @property {string} os
 * @property {string} language
 * @property {number} visits
 * @property {Cart|null} cart
 * @property {SiteState} state
 * @property {string|null} ticket
 * @property {number|null} number
 * @property {string|null} with  a member's id
 * @property {string|null} department  its id
 * @property {number} version
 *
 * @typedef {{url: string, title: string, at: string, seconds: number}} SiteStep
 * @typedef {{name: string, quantity: number, price: number}} CartItem
 * @typedef {OnSite & {trail: SiteStep[], attributes: Record<string, unknown>, screen: {width: number, height: number}|null,
 *   events: {name: string, value: number|null, properties: Record<string, unknown>, at: string}[], cart_items: CartItem[],
 *   time_zone: string}} SiteDetail
 */
export {};
