export { KillSwitchModule } from './kill-switch.module.js';
