package io.github.hunyuanvideo.cuda;

import io.github.hunyuanvideo.core.files.Excerpt;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Runs programs of this machine within a time limit, and ends those that exceed it or print without
 * end. Needs no thread: what a program prints is fetched while waiting for it.
 *
 * @param limit the longest time that a program may take
 */
record TimedCommands(Duration limit) implements Commands {

  private static final int MOST_PRINTED = 1 << 20;
  private static final int PAUSE_MILLIS = 5;

  @Override
  public Answer run(List<String> command) {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("LC_ALL", "C");
    Process process;
    try {
      process = builder.start();
    } catch (IOException e) {
      return new Answer(false, "could not be started: " + Excerpt.of(String.valueOf(e)));
    }
    try {
      process.getOutputStream().close();
      return answer(process);
    } catch (IOException e) {
      return new Answer(false, "could not be read: " + Excerpt.of(String.valueOf(e)));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Answer(false, "was not waited for: this thread was interrupted");
    } finally {
      end(process);
    }
  }

  private Answer answer(Process process) throws IOException, InterruptedException {
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    InputStream output = process.getInputStream();
    long deadline = System.nanoTime() + limit.toNanos();
    boolean ended = false;
    while (!ended) {
      ended = process.waitFor(PAUSE_MILLIS, TimeUnit.MILLISECONDS);
      // Only what is there: a child of the program may hold the pipe open for as long as it likes.
      while (output.available() > 0 && printed.size() <= MOST_PRINTED) {
        printed.write(output.readNBytes(Math.min(output.available(), MOST_PRINTED)));
      }
      if (printed.size() > MOST_PRINTED) {
        return new Answer(false, "printed more than %d bytes".formatted(MOST_PRINTED));
      }
      if (!ended && System.nanoTime() - deadline > 0) {
        return new Answer(false, "did not end within %d ms".formatted(limit.toMillis()));
      }
    }
    String text = printed.toString(StandardCharsets.UTF_8);
    return process.exitValue() == 0
        ? new Answer(true, text)
        : new Answer(
            false, "ended with exit code %d: %s".formatted(process.exitValue(), Excerpt.of(text)));
  }

  private static void end(Process process) {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
    try {
      process.getInputStream().close();
    } catch (IOException e) {
      // The pipe is gone either way.
    }
  }
}
