package io.github.hunyuanvideo.cuda;

import java.util.List;

/**
 * One thing that was found, in sentences for people.
 *
 * @param weight what follows from it
 * @param text for an obstacle, also what to do about it
 */
record Finding(Weight weight, String text) {

  /** What follows from a finding. */
  enum Weight {
    /** Nothing; it is good to know. */
    FACT,
    /** Something may go wrong. */
    WARNING,
    /** Nothing can be computed. */
    OBSTACLE
  }

  static Finding fact(String text) {
    return new Finding(Weight.FACT, text);
  }

  static Finding warning(String text) {
    return new Finding(Weight.WARNING, text);
  }

  static Finding obstacle(String text) {
    return new Finding(Weight.OBSTACLE, text);
  }

  /** The texts of the obstacles among findings. */
  static List<String> obstacles(List<Finding> findings) {
    return findings.stream()
        .filter(finding -> finding.weight == Weight.OBSTACLE)
        .map(Finding::text)
        .toList();
  }
}
