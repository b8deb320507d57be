// Brings the list of claims to life. The list itself is in the page and opens without scripts; this adds the choice of verdicts,
// opens the claim that the address names, and fetches what an opened claim needs (claims/row.js).

const VERDICTS = ['holds', 'depends', 'reversed'];
const list = document.querySelector('.claims');
const rows = /** @type {HTMLElement[]} */ ([...(list?.querySelectorAll(':scope > [id^="claim-"]') ?? [])]);

/** The claim of the address is opened and has the focus. */
function openNamed() {
  const row = rows.find(({ id }) => `#${id}` === location.hash);
  const details = row?.querySelector('details');
  if (!row || !details) return;
  row.hidden = false;
  details.open = true;
  row.scrollIntoView({ block: 'start' });
  row.querySelector('summary')?.focus({ preventScroll: true });
}

/** @param {string} verdict or 'all' */
function show(verdict) {
  for (const row of rows) row.hidden = verdict !== 'all' && row.dataset.verdict !== verdict;
}

function buildFilter() {
  const fieldset = document.createElement('fieldset');
  fieldset.className = 'claims-filter';
  const legend = document.createElement('legend');
  legend.textContent = 'Show';
  fieldset.append(legend);
  for (const verdict of ['all', ...VERDICTS]) {
    const count = verdict === 'all' ? rows.length : rows.filter((row) => row.dataset.verdict === verdict).length;
    const label = document.createElement('label');
    const input = Object.assign(document.createElement('input'), { type: 'radio', name: 'claims', value: verdict });
    input.checked = verdict === 'all';
    input.disabled = count === 0;
    input.addEventListener('change', () => show(verdict));
    label.append(input, ` ${verdict} ${count}`);
    fieldset.append(label);
  }
  list?.before(fieldset);
}

if (list && rows.length > 0) {
  buildFilter();
  // "toggle" does not bubble
  list.addEventListener(
    'toggle',
    async ({ target }) => {
      const details = /** @type {HTMLDetailsElement} */ (target);
      if (!details.open || details.dataset.live !== undefined) return;
      details.dataset.live = 'waking';
      try {
        const { wake } = await import('./claims/row.js');
        await wake(details);
        details.dataset.live = 'live';
      } catch {
        // Everything said of the claim stands there already. Opened again, it is tried again.
        delete details.dataset.live;
      }
    },
    true,
  );
  addEventListener('hashchange', openNamed);
  openNamed();
}
