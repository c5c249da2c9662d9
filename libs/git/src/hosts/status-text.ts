/** GitHub takes no more in a description; GitLab takes 255, so one length serves all. */
const LONGEST = 140;

/** One line that every host takes. */
export function statusText(description: string): string {
  const line = description.replace(/\s+/g, ' ').trim();
  const characters = [...line];
  return characters.length > LONGEST ? `${characters.slice(0, LONGEST - 1).join('')}…` : line;
}
