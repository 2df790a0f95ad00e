package io.github.hunyuanvideo.core.video;

import java.nio.charset.Charset;

/** What the machine's locale allows in names of files. */
final class FileNames {

  private FileNames() {}

  /** Whether Java can hand this name to the system; in the locale "C" it can write ASCII only. */
  static boolean canBe(String name) {
    return Charset.forName(System.getProperty("sun.jnu.encoding", "UTF-8"))
        .newEncoder()
        .canEncode(name);
  }
}
