package io.github.hunyuanvideo.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@DisabledOnOs(value = OS.WINDOWS, disabledReason = "the programs are shell scripts")
class TimedCommandsTest {

  @TempDir Path folder;

  private final Commands patient = new TimedCommands(Duration.ofSeconds(30));

  @Test
  void whatAProgramPrintsIsTheAnswer() throws IOException {
    Commands.Answer answer = patient.run(script("echo \"$1 and $2\"", "one", "two"));
    assertThat(answer).isEqualTo(new Commands.Answer(true, "one and two\n"));
  }

  @Test
  void aProgramIsToldToSpeakEnglish() throws IOException {
    assertThat(patient.run(script("echo $LC_ALL")).text()).isEqualTo("C\n");
  }

  @Test
  void aProgramThatFailsIsNoAnswerAndIsQuoted() throws IOException {
    Commands.Answer answer = patient.run(script("echo broken\necho driver >&2\nexit 9"));
    assertThat(answer.ok()).isFalse();
    assertThat(answer.text()).isEqualTo("ended with exit code 9: broken driver");
  }

  @Test
  void aProgramThatHangsIsEndedWithAllThatItStarted() throws IOException {
    Commands impatient = new TimedCommands(Duration.ofMillis(400));
    Path started = folder.resolve("started");
    long begin = System.nanoTime();
    Commands.Answer answer =
        impatient.run(script("sleep 60 &\necho $! > " + started + "\nsleep 60"));
    assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(20));
    assertThat(answer.ok()).isFalse();
    assertThat(answer.text()).isEqualTo("did not end within 400 ms");
    long child = Long.parseLong(Files.readString(started).strip());
    assertThat(ends(child)).isTrue();
  }

  /** A killed process disappears when its new parent has noticed. */
  private static boolean ends(long pid) {
    return ProcessHandle.of(pid)
        .map(
            process ->
                process
                    .onExit()
                    .thenApply(gone -> true)
                    .completeOnTimeout(false, 10, TimeUnit.SECONDS)
                    .join())
        .orElse(true);
  }

  @Test
  void aChildThatKeepsThePipeOpenHoldsNothingUp() throws IOException {
    long begin = System.nanoTime();
    Commands.Answer answer = patient.run(script("sleep 20 &\necho done"));
    assertThat(answer).isEqualTo(new Commands.Answer(true, "done\n"));
    assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(20));
  }

  @Test
  void aProgramThatPrintsWithoutEndIsEnded() throws IOException {
    Commands.Answer answer = patient.run(script("while true; do echo yyyyyyyyyyyyyyyyyyyy; done"));
    assertThat(answer.ok()).isFalse();
    assertThat(answer.text()).startsWith("printed more than");
  }

  @Test
  void aProgramThatWaitsForInputGetsNone() throws IOException {
    assertThat(patient.run(script("cat; echo end")).text()).isEqualTo("end\n");
  }

  @Test
  void whatIsNotThereOrNoProgramIsNoAnswer() throws IOException {
    Commands.Answer missing = patient.run(List.of(folder.resolve("none").toString()));
    assertThat(missing.ok()).isFalse();
    assertThat(missing.text()).startsWith("could not be started");
    Path text = Files.writeString(folder.resolve("text"), "not a program");
    assertThat(patient.run(List.of(text.toString())).ok()).isFalse();
  }

  @Test
  void anInterruptEndsTheWaitingAndStays() throws IOException {
    Thread.currentThread().interrupt();
    Commands.Answer answer = patient.run(script("sleep 60"));
    assertThat(Thread.interrupted()).isTrue();
    assertThat(answer.ok()).isFalse();
  }

  private List<String> script(String body, String... arguments) throws IOException {
    Path file = folder.resolve("script");
    Files.writeString(file, "#!/bin/sh\n" + body + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
    List<String> command = new ArrayList<>(List.of(file.toString()));
    command.addAll(List.of(arguments));
    return command;
  }
}
