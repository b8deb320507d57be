// The program's door as the worker uses it: everything but the generated default export, which fetches the program by itself.

export * from '../pkg/bitter_lesson.js';
