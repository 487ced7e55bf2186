/** Whether a text has more characters than a limit; one outside the basic plane, such as an emoji, counts once. */
export function isLonger(text: string, limit: number): boolean {
  return text.length > limit && (text.length > 2 * limit || [...text].length > limit);
}
