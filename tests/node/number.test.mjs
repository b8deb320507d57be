// Numbers as the reader sees them are written without Intl, and exactly as it would.
import assert from 'node:assert/strict';
import test from 'node:test';
import { fixed, integer, number, percent, percentRight, share } from '../../www/figure/number.js';

/** @param {Intl.NumberFormatOptions} options @param {number} value */
function intl(options, value) {
  const text = new Intl.NumberFormat('en-GB', options).format(value);
  return /^-[0.,]*$/.test(text) ? text.slice(1) : text.replace('-', '\u2212');
}

const VALUES = [0, -0, 1, -1, 0.5, 1.5, 2.5, -0.5, -0.004, 1.005, 0.995, 9.995, 99.95, 999.5, 316228, 1234567.5];
VALUES.push(1e6, 1e21, 1.2e25, 1e-7, 5e-324, 0.0005, NaN, Infinity, -Infinity);
for (let i = 1; i < 400; i++) VALUES.push(i / 7, -i / 1000, i * i * 12.345, i / 10 ** (i % 7), 1 / i ** 3);

test('digits after the point, whole numbers and three significant digits are those of Intl', () => {
  for (const value of VALUES) {
    for (const digits of [0, 1, 2, 3]) {
      const options = { minimumFractionDigits: digits, maximumFractionDigits: digits };
      assert.equal(fixed(value, digits), intl(options, value), `fixed(${value}, ${digits})`);
    }
    assert.equal(integer(value), intl({ maximumFractionDigits: 0 }, value), `integer(${value})`);
    assert.equal(number(value), intl({ maximumSignificantDigits: 3 }, value), `number(${value})`);
  }
});

test('shares are told in percent with the digits that their size deserves', () => {
  assert.deepEqual([0.22202, 0.0024, 0.00024, 0].map(percent), ['22.2%', '0.24%', '0.024%', '0.0%']);
  assert.deepEqual([0.02106, 0.0024].map(percentRight), ['97.9%', '99.76%']);
  assert.deepEqual([0, 0.001, 0.15].map(share), ['0%', '0.1%', '15%']);
});
