import js from '@eslint/js';
import globals from 'globals';

export default [
  { ignores: ['target/', 'dist/', 'www/pkg/', 'node_modules/', '.build/'] },
  js.configs.recommended,
  {
    rules: {
      eqeqeq: 'error',
      'no-var': 'error',
      'prefer-const': 'error',
      'no-eval': 'error',
      'no-implied-eval': 'error',
      'no-new-func': 'error',
      'no-unused-vars': ['error', { argsIgnorePattern: '^_', caughtErrors: 'none' }],
    },
  },
  {
    files: ['www/**/*.js'],
    ignores: ['www/engine/worker*.js'],
    languageOptions: { globals: globals.browser },
    rules: { 'no-console': 'error' },
  },
  {
    files: ['www/engine/worker*.js'],
    languageOptions: { globals: globals.worker },
    rules: { 'no-console': 'error' },
  },
  {
    // Node, and functions that a test runs inside the page.
    files: ['tools/**/*.mjs', 'tests/**/*.mjs', '*.mjs'],
    languageOptions: { globals: { ...globals.node, ...globals.browser } },
  },
];
