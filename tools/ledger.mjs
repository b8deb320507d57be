// The ledger as the page holds it, drawn from results/claims.json by fill-numbers.mjs: the list of claims, the marks beside
// sentences and single numbers of it. Complete without scripts; ledger.js adds filters, pictures and reruns.

import { command, count, counter, formula, mark, range, size, where, wilson } from '../www/claims/words.js';

const escape = (text) =>
  String(text).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

/** The words of a mark. */
export function markOf(ledger, id) {
  return mark(claimOf(ledger, id));
}

export function claimOf(ledger, id) {
  const claim = ledger.claims.find((one) => one.id === id);
  if (!claim) throw new Error(`the ledger has no claim ${id}`);
  return claim;
}

/**
 * A number of the ledger: `count.all`, `count.holds` (depends, reversed, headline), `seeds`, `problems`, `first` and `last` seed, or of one claim
 * `ID.median`, `ID.holds_in`, `ID.of`, `ID.problems`.
 */
export function numberOf(ledger, question) {
  const { claims } = ledger;
  const [head, field] = question.split('.');
  const { seeds } = claims[0];
  if (head === 'count' && field === 'all') return claims.length;
  if (head === 'count')
    return claims.filter((claim) => claim.verdict === field || (field === 'headline' && claim.problems)).length;
  if (head === 'seeds') return Math.max(...claims.map((claim) => claim.of));
  if (head === 'first') return seeds[0].seed;
  if (head === 'last') return seeds[seeds.length - 1].seed;
  if (head === 'problems') return Math.max(...claims.map((claim) => claim.problems?.of ?? 0));
  const claim = claimOf(ledger, head);
  const value = field === 'problems' ? claim.problems?.holds_in : claim[field];
  if (typeof value !== 'number') throw new Error(`claim ${head} has no number ${field}`);
  return value;
}

const fact = (name, text) => `<div><dt>${name}</dt><dd>${text}</dd></div>`;

/** What stands under the count. */
const inBrief = (claim) =>
  [
    claim.interval ? `mean\u00a0${claim.interval.map(size).join(' to ')}` : wilson(claim),
    `median\u00a0${size(claim.median)}`,
    ...(claim.problems ? [where(claim)] : []),
  ].join('; ');

/** One claim of the list: closed, its verdict; opened, what stands behind it. */
function row(claim) {
  const { id, article, sentence, test, script, verdict, median, tenth, ninetieth, effect, problems } = claim;
  const facts = [
    fact('Test', escape(test)),
    fact('In numbers', effect.map((one) => `<code>${escape(formula(one))}</code> ${escape(range(one))}`).join('<br>')),
    fact(
      'Found',
      `median ${size(median)}, eight seeds in ten between ${size(tenth)} and ${size(ninetieth)}; holds in ${count(claim)} (95% interval of the share ${wilson(claim)})` +
        (claim.interval ? `; 90% interval of the mean ${claim.interval.map(size).join(' to ')}` : '') +
        (problems ? `; ${where(claim)}` : ''),
    ),
    fact('Must fail', escape(counter(claim))),
    ...(script ? [fact('Written again in Python', `<code>${escape(script)}</code>`)] : []),
    fact('Run it', `<code>${escape(command(claim))}</code>`),
  ];
  return `    <li id="claim-${id}" data-verdict="${verdict}"><details>
      <summary><span class="verdict ${verdict}">${verdict}</span> <span class="count">${count(claim)} seeds<small>${inBrief(claim)}</small></span> <span class="ours">${escape(sentence)}</span> <span class="theirs">${article ? `The article: ${escape(article)}` : 'Not in the article.'}</span></summary>
      <dl>${facts.join('')}</dl>
    </details></li>`;
}

/** The list, as HTML. Without a ledger it says so. */
export function list(ledger) {
  if (!ledger) return '\n  <p class="plain-note">The claims are written down; they have not been judged yet.</p>\n  ';
  return `
  <ol class="claims">
${ledger.claims.map(row).join('\n')}
  </ol>
  `;
}
