import assert from 'node:assert/strict';
import fc from 'fast-check';
import { encodeFrame, FrameReader, OPCODES } from '../../../../src/io/adapters/kube/frames.ts';

const NO_MASK = new Uint8Array(4);

/** As a server sends it: not masked. */
function served(opcode: number, payload: Buffer, final = true): Buffer {
  const masked = encodeFrame(opcode, payload, NO_MASK);
  const head = masked.length - 4 - payload.length;
  const frame = Buffer.concat([masked.subarray(0, head), masked.subarray(head + 4)]);
  frame[0] = (final ? 0x80 : 0) | opcode;
  frame[1]! &= 0x7f;
  return frame;
}

describe('WebSocket frames', () => {
  it('are sent final and masked, as RFC 6455 section 5.7 has its example', () => {
    const mask = Buffer.from('37fa213d', 'hex');
    assert.equal(encodeFrame(OPCODES.text, Buffer.from('Hello'), mask).toString('hex'), '818537fa213d7f9f4d5158');
  });

  it('leave the bytes that are sent as they are', () => {
    const payload = Buffer.from('Hello');
    encodeFrame(OPCODES.binary, payload);
    assert.equal(payload.toString(), 'Hello');
  });

  it('are read whole, however their bytes are cut and however long they are', () => {
    const lengths = fc.constantFrom(0, 1, 125, 126, 65_535, 65_536, 70_000);
    fc.assert(
      fc.property(fc.array(lengths, { maxLength: 4 }), fc.integer({ min: 700, max: 9000 }), (sizes, cut) => {
        const payloads = sizes.map((size, index) => Buffer.alloc(size, index + 1));
        const bytes = Buffer.concat(payloads.map((payload) => served(OPCODES.binary, payload)));
        const reader = new FrameReader();
        const messages = [];
        for (let at = 0; at < bytes.length; at += cut) messages.push(...reader.read(bytes.subarray(at, at + cut)));
        assert.deepEqual(
          messages.map(({ payload }) => payload.length),
          sizes,
        );
        assert.ok(messages.every(({ payload }, index) => payload.equals(payloads[index]!)));
      }),
      { numRuns: 30 },
    );
  });

  it('are put together from fragments, with a ping between them', () => {
    const reader = new FrameReader();
    const bytes = [
      served(OPCODES.text, Buffer.from('one '), false),
      served(OPCODES.ping, Buffer.from('!')),
      served(OPCODES.continuation, Buffer.from('two')),
    ];
    const messages = reader.read(Buffer.concat(bytes)).map(({ opcode, payload }) => [opcode, payload.toString()]);
    assert.deepEqual(messages, [
      [OPCODES.ping, '!'],
      [OPCODES.text, 'one two'],
    ]);
  });

  it('refuse what no server sends', () => {
    assert.throws(() => new FrameReader().read(encodeFrame(OPCODES.binary, Buffer.from('x'))), /no WebSocket frame/);
    const endless = Buffer.from([0x82, 127, 0, 0, 1, 0, 0, 0, 0, 0]);
    assert.throws(() => new FrameReader().read(endless), /no WebSocket frame/);
  });
});
