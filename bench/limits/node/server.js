/**
 * A limit: bare Node with `ws` and `pg`, one transaction for each message, Redis between processes. No framework, no
 * login, no checks, one tenant.
 *
 * The UPDATE takes the ticket's lock and gives the numbers in one statement; both statements are prepared once for
 * each connection (their `name`); the pool's size is the best of those tried.
 *
 *     DATABASE_URL=… REDIS_URL=… PORT=… node server.js     (without REDIS_URL: the only process)
 */
import { randomUUID } from "node:crypto";
import pg from "pg";
import { createClient } from "redis";
import { WebSocketServer } from "ws";

const { DATABASE_URL, REDIS_URL, BUS = "limits", PORT, POOL = "16" } = process.env;
const UNIQUE_VIOLATION = "23505";

const NEXT_NUMBER = {
  name: "next",
  text: `UPDATE ticket SET last_seq = last_seq + 1, last_visitor_seq = last_visitor_seq + 1, inbound = inbound + $2::int,
           waiting_since = CASE WHEN $2 = 1 THEN coalesce(waiting_since, $3) END,
           last_by = $4, last_kind = 'text', last_preview = $5, last_at = $3, updated_at = $3, version = version + 1
         WHERE id = $1
         RETURNING last_seq, last_visitor_seq, workspace_id`,
};
const INSERT = {
  name: "insert",
  text: `INSERT INTO event (workspace_id, public_id, ticket_id, seq, visitor_seq, name, by_kind, sender, client_id,
           text, created_at)
         VALUES ($1, $2, $3, $4, $5, 'message.created', $6, $7, $8, $9, $10)`,
};
const KNOWN = {
  name: "known",
  text: "SELECT seq, created_at FROM event WHERE ticket_id = $1 AND sender = $2 AND client_id = $3",
};

const size = Number(POOL);
const pool = new pg.Pool({ connectionString: DATABASE_URL, max: size, min: size });

/** Commit the message, once for its (ticket, sender, client id). */
async function write({ ticket, sender, client_id: clientId, body }) {
  const connection = await pool.connect();
  try {
    await connection.query("BEGIN");
    const stored = await append(connection, ticket, sender, clientId, body);
    await connection.query("COMMIT");
    return stored;
  } catch (error) {
    await connection.query("ROLLBACK");
    if (error.code !== UNIQUE_VIOLATION) throw error;
    const known = await connection.query(KNOWN, [ticket, sender, clientId]);
    return { seq: known.rows[0].seq, at: known.rows[0].created_at, isDuplicate: true };
  } finally {
    connection.release();
  }
}

async function append(connection, ticket, sender, clientId, body) {
  const isVisitor = sender.startsWith("v");
  const kind = isVisitor ? "visitor" : "agent";
  const at = new Date();
  const next = await connection.query(NEXT_NUMBER, [ticket, isVisitor ? 1 : 0, at, kind, body.slice(0, 160)]);
  const { last_seq: seq, last_visitor_seq: visitorSeq, workspace_id: workspace } = next.rows[0];
  await connection.query(INSERT, [
    workspace,
    randomUUID(),
    ticket,
    seq,
    visitorSeq,
    kind,
    sender,
    clientId,
    body,
    at,
  ]);
  return { seq, at, isDuplicate: false };
}

// --- Rooms: who is where. A room is a ticket. ------------------------------------------------------------------------
const rooms = new Map();

function tellHere(ticket, frame) {
  for (const socket of rooms.get(ticket) ?? []) socket.send(frame);
}

/** Send a frame to all members of a room: here at once, to other processes by Redis. */
function tell(ticket, frame) {
  tellHere(ticket, frame);
  publisher?.publish(BUS, JSON.stringify([identity, ticket, frame])).catch(console.error);
}

const identity = randomUUID();
const publisher = REDIS_URL ? await createClient({ url: REDIS_URL }).connect() : null;
if (REDIS_URL) {
  const subscriber = await createClient({ url: REDIS_URL }).connect();
  await subscriber.subscribe(BUS, (heard) => {
    const [from, ticket, frame] = JSON.parse(heard);
    if (from !== identity) tellHere(ticket, frame);
  });
}

// --- Sockets ---------------------------------------------------------------------------------------------------------
function join(socket, frame) {
  socket.sender = frame.sender;
  socket.tickets = frame.tickets;
  for (const ticket of frame.tickets) {
    if (!rooms.has(ticket)) rooms.set(ticket, new Set());
    rooms.get(ticket).add(socket);
  }
  socket.send('{"type":"joined"}');
}

async function receive(socket, frame) {
  const stored = await write({ ...frame, sender: socket.sender });
  const facts = { ticket: frame.ticket, client_id: frame.client_id, seq: stored.seq, at: stored.at };
  socket.send(JSON.stringify({ type: "ack", ...facts, duplicate: stored.isDuplicate }));
  if (!stored.isDuplicate) {
    tell(frame.ticket, JSON.stringify({ type: "event", ...facts, by: socket.sender, body: frame.body }));
  }
}

const server = new WebSocketServer({
  host: "127.0.0.1",
  port: Number(PORT),
  path: "/ws",
  perMessageDeflate: false,
  backlog: 2048,
});
server.on("connection", (socket) => {
  socket.tickets = [];
  socket.on("message", (data) => {
    const frame = JSON.parse(data);
    if (frame.type === "join") join(socket, frame);
    else receive(socket, frame).catch(console.error);
  });
  socket.on("close", () => {
    for (const ticket of socket.tickets) rooms.get(ticket).delete(socket);
  });
});
