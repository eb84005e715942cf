// SPDX-License-Identifier: Apache-2.0
// A mailbox: an SMTP server that keeps what it gets, for the links that people find in their mail.

import { createServer } from 'node:net';

/** Quoted-printable as text (RFC 2045 section 6.7). */
const decode = (text) => {
  const bytes = text.replace(/=\r?\n/g, '').replace(/=([0-9A-F]{2})/gi, (_, hex) => String.fromCharCode(parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1').toString('utf8');
};

/** Base64 parts too: a mail is searched as a whole. */
const readable = (mail) => {
  const parts = mail.split(/\r\n\r\n/).map((part) => {
    const body = part.replace(/\r\n--[^\r\n]*[\s\S]*$/, '').replace(/\s/g, '');
    return /^[A-Za-z0-9+/]{40,}={0,2}$/.test(body) ? Buffer.from(body, 'base64').toString('utf8') : '';
  });
  return `${decode(mail)}\n${parts.join('\n')}`;
};

/**
 * Listens on the port until it is closed; `wait(to, pattern)` gives the first match in a mail to an address. Mails to the
 * addresses in `refused` are refused for good.
 */
export function openMailbox(port) {
  const mails = [];
  const refused = new Set();
  const waiting = new Set();
  const keep = (mail) => {
    mails.push(mail);
    waiting.forEach((look) => look());
  };
  const server = createServer((socket) => {
    let buffer = '';
    let to = '';
    let inData = false;
    const say = (line) => socket.write(`${line}\r\n`);
    say('220 mailbox ESMTP');
    socket.setEncoding('latin1');
    socket.on('error', () => socket.destroy());
    socket.on('data', (chunk) => {
      buffer += chunk;
      for (;;) {
        const end = buffer.indexOf(inData ? '\r\n.\r\n' : '\r\n');
        if (end < 0) return;
        const text = buffer.slice(0, end);
        buffer = buffer.slice(end + (inData ? 5 : 2));
        if (inData) {
          keep({ to, text: readable(text.replace(/\r\n\.\./g, '\r\n.')) });
          inData = false;
          say('250 kept');
        } else if (/^DATA/i.test(text)) {
          inData = true;
          say('354 go on');
        } else if (/^QUIT/i.test(text)) {
          say('221 bye');
          socket.end();
        } else {
          const rcpt = /^RCPT TO:<([^>]*)>/i.exec(text)?.[1];
          to = rcpt ?? to;
          say(refused.has(rcpt) ? '550 5.1.1 nobody has this address' : '250 ok');
        }
      }
    });
  });
  server.listen(port, '127.0.0.1');
  return {
    refused,
    close: () => server.close(),
    wait: (address, pattern, ms = 60_000) =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(() => {
          waiting.delete(look);
          reject(new Error(`no mail to ${address} with ${pattern}; there are ${mails.length}: ${mails.map((m) => m.to).join()}`));
        }, ms);
        const look = () => {
          const found = mails.filter((m) => m.to === address).map((m) => pattern.exec(m.text)).find(Boolean);
          if (!found) return;
          clearTimeout(timer);
          waiting.delete(look);
          resolve(found);
        };
        waiting.add(look);
        look();
      }),
  };
}
