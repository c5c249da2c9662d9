export { ADMISSIBLE_STREAMS_PER_SECOND, STREAMS_MAX } from './admission.js';
export { encodeOfrepProblem, OFREP_PREFIX } from './ofrep-problem.js';
export { registerServing, type Surroundings } from './register-serving.js';
export { assembleServing, type Serving, type ServingOptions } from './serving.js';
export { ServingModule } from './serving.module.js';
