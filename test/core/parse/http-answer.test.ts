import assert from 'node:assert/strict';
import { HttpAnswerReader } from '../../../src/core/parse/http-answer.ts';

const bytes = (...lines: readonly string[]) => Buffer.from(lines.join('\r\n'));

/** Pushes the bytes in pieces of a length. */
function read(all: Buffer, piece = all.length) {
  const reader = new HttpAnswerReader();
  for (let at = 0; at < all.length; at += piece) {
    const answer = reader.push(all.subarray(at, at + piece));
    if (answer) return { ...answer, text: Buffer.from(answer.body).toString() };
  }
  return undefined;
}

describe('an HTTP answer', () => {
  it('has a status, headers and a body of the length that it says', () => {
    const answer = read(bytes('HTTP/1.1 200 OK', 'Content-Length: 5', 'X-A: b: c', '', 'helloEXTRA'));
    assert.deepEqual([answer?.status, answer?.headers['x-a'], answer?.text], [200, 'b: c', 'hello']);
    assert.equal(read(bytes('HTTP/1.1 204 No Content', 'Content-Length: 0', '', ''))?.text, '');
  });

  it('is put together from chunks, however they are cut', () => {
    const head = ['HTTP/1.1 404 Not Found', 'Transfer-Encoding: Chunked', ''];
    const chunked = bytes(...head, '5;ext=1', 'hello', 'B', ' and more..', '0', '', '');
    for (let piece = 1; piece <= chunked.length; piece++) {
      assert.deepEqual([read(chunked, piece)?.status, read(chunked, piece)?.text], [404, 'hello and more..']);
    }
    assert.equal(read(chunked.subarray(0, -5)), undefined);
    assert.throws(() => read(bytes(...head, 'zz', '')), /chunk without length/);
  });

  it('lasts until the connection ends where it says no length', () => {
    const reader = new HttpAnswerReader();
    assert.equal(reader.push(bytes('HTTP/1.0 200 OK', '', 'so')), undefined);
    assert.equal(reader.push(bytes(' far')), undefined);
    assert.equal(Buffer.from(reader.end().body).toString(), 'so far');
  });

  it('is refused when it breaks off', () => {
    const whole = bytes('HTTP/1.1 200 OK', 'Content-Length: 10', '', '0123456789');
    for (let length = 0; length < whole.length; length++) {
      const reader = new HttpAnswerReader();
      assert.equal(reader.push(whole.subarray(0, length)), undefined, String(length));
      assert.throws(() => reader.end(), /no answer came|no HTTP|breaks off/, String(length));
    }
    assert.equal(read(whole)?.text, '0123456789');
  });

  it('is no answer when it begins otherwise', () => {
    assert.throws(() => read(bytes('SSH-2.0-OpenSSH_9.2', '')), /no HTTP/);
    assert.throws(() => read(Buffer.from('S')), /no HTTP/);
  });
});
