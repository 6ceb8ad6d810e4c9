/** How often it is searched, in frames, with sound heard and without: at first, and when nothing came of it. */
const EAGER = { active: 1, quiet: 3 };
const PATIENT = { active: 12, quiet: 40 };
const EAGER_SEARCHES = 60;
/** The first frames of a sound wait for the search … */
const HELD_FRAMES = 3;
/** … in the first so many frames of sound sent: an echo would have shown by then. */
const HOLD_UNTIL_FRAMES = 75;
const RUN_GAP_FRAMES = 10;

/** When to look for an echo on a line where none was found yet: a search is dear, and most lines have none. */
export class SearchPlan {
  #searches = 0;
  #waited = 0;
  #runFrames = 0;
  #quietFrames = 0;
  #soundFrames = 0;

  /** A frame that was no silence has been sent. */
  soundSent(): void {
    this.#soundFrames += 1;
  }

  /** Nothing at all was heard, as on most lines while we speak: there is nothing to search for. */
  silence(): void {
    this.#follow(false);
  }

  /** Takes whether there was sound in the frame heard; tells whether to search now. */
  next(active: boolean): boolean {
    this.#follow(active);
    const every = this.#searches < EAGER_SEARCHES ? EAGER : PATIENT;
    this.#waited += 1;
    if (this.#waited < (active ? every.active : every.quiet)) return false;
    this.#waited = 0;
    this.#searches += 1;
    return true;
  }

  #follow(active: boolean): void {
    this.#quietFrames = active ? 0 : this.#quietFrames + 1;
    if (active) this.#runFrames += 1;
    else if (this.#quietFrames > RUN_GAP_FRAMES) this.#runFrames = 0;
  }

  /** The frame begins a sound of which nobody can say yet whose it is. */
  get held(): boolean {
    return this.#quietFrames === 0 && this.#runFrames <= HELD_FRAMES && this.#soundFrames < HOLD_UNTIL_FRAMES;
  }
}
