/** One page of a list. */
export interface Page<T> {
  items: T[];
  /** Of the next page; undefined or "" behind the last one. */
  nextPageToken: string | undefined;
}

/** Every item of every page; a page is asked for when the one before it is used up. */
export async function* itemsOf<T>(getPage: (pageToken: string | undefined) => Promise<Page<T>>): AsyncGenerator<T> {
  let pageToken: string | undefined;
  do {
    const page = await getPage(pageToken);
    yield* page.items;
    pageToken = page.nextPageToken;
  } while (pageToken);
}
