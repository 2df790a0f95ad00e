package io.github.hunyuanvideo.cuda;

import java.util.List;

/** Runs programs of the machine. */
@FunctionalInterface
interface Commands {

  /**
   * What came of a program.
   *
   * @param ok whether it ended by itself, with exit code 0
   * @param text what it printed; if not ok, why there is no answer, as the end of a sentence
   */
  record Answer(boolean ok, String text) {}

  /**
   * Runs a program and waits for it, but not forever. Never throws.
   *
   * @param command the program's path and its arguments
   */
  Answer run(List<String> command);
}
