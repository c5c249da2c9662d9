import { contentOf, type Head, positionsOf, serveToAll } from './head.js';

/**
 * What becomes of the head of an environment that the project has no longer. Its clients keep what everybody had: nobody judges
 * a wave any more, so one that runs is called back, and what waited is not wanted. A pin, and what a person or a wave held
 * back, count again when the environment is back.
 */
export function removeEnvironment(head: Head): Head {
  const { candidate, pin, held, takenBack } = head;
  const stable = candidate === undefined ? head : serveToAll(head, head);
  const { environment, generation } = stable;
  return {
    ...{ environment, generation, ...contentOf(stable), removed: true },
    ...(held === undefined ? {} : { held }),
    ...(takenBack === undefined ? {} : { takenBack }),
    ...(pin === undefined ? {} : { pin }),
    ...positionsOf(head),
  };
}
