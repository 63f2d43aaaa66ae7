// SPDX-License-Identifier: Apache-2.0
// fastify as people use it: the body as bytes for its HMAC, then JSON.parse. It stores nothing.
import { createHmac, timingSafeEqual } from 'node:crypto';
import fastify from 'fastify';

const secret = process.env.SUNO_WEBHOOK_SECRET;
if (!secret) throw new Error('SUNO_WEBHOOK_SECRET is not set');
const app = fastify({ logger: false });

app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body, done) => done(null, body));

app.post('/callbacks/suno', (request, reply) => {
  const wanted = Buffer.from(`sha256=${createHmac('sha256', secret).update(request.body).digest('hex')}`);
  const sent = Buffer.from(request.headers['x-suno-signature'] ?? '');
  if (sent.length !== wanted.length || !timingSafeEqual(sent, wanted))
    return reply.code(401).send({ ok: false, error: 'invalid_signature' });
  let callback;
  try {
    callback = JSON.parse(request.body);
  } catch {
    return reply.send({ ok: true, error: 'bad_json' });
  }
  return reply.send({ ok: true, stage: callback.data?.callbackType });
});

process.on('SIGTERM', () => process.exit(0));
await app.listen({ port: Number(process.argv[2] ?? 0), host: '127.0.0.1' });
console.log(`listening on port ${app.server.address().port}`);
