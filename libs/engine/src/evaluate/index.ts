export { evaluate } from './evaluate.js';
export { createEvaluator, type Evaluator } from './evaluator.js';
