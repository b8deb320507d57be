// The figures there are, so that a name can be refused without asking the server for it.

export const FIGURE_NAMES = [
  'opening',
  'problem',
  'neighbours',
  'why-k-1',
  'scaling-curve',
  'scaling-grid',
  'tail',
  'buy-data',
  'network',
  'prior',
  'cleverness',
];
