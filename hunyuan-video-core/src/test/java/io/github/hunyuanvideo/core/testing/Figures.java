package io.github.hunyuanvideo.core.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;

/**
 * Writes down the errors that comparisons with the golden data saw, one line for each, if the
 * system property {@code hunyuanvideo.figures} names a file. A table for people; no test reads it.
 */
final class Figures {

  private Figures() {}

  static void record(double error, double limit) {
    String file = System.getProperty("hunyuanvideo.figures");
    if (file == null) {
      return;
    }
    StackWalker.StackFrame test =
        StackWalker.getInstance(StackWalker.Option.RETAIN_CLASS_REFERENCE)
            .walk(
                frames ->
                    frames
                        .filter(frame -> frame.getClassName().endsWith("Test"))
                        .filter(frame -> !frame.getMethodName().startsWith("lambda$"))
                        .findFirst()
                        .orElseThrow());
    String line =
        String.format(
            Locale.ROOT,
            "%s.%s\t%.2e\t%.0e%n",
            test.getDeclaringClass().getSimpleName(),
            test.getMethodName(),
            error,
            limit);
    try {
      Files.writeString(Path.of(file), line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
