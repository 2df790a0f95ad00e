package io.github.hunyuanvideo.examples;

import io.github.hunyuanvideo.examples.cli.CommandLineProgram;

/** The program in {@code hunyuan-video.jar}. */
public final class HunyuanVideo {

  private HunyuanVideo() {}

  /**
   * Runs a command and ends the JVM with its exit code.
   *
   * @param arguments {@code generate …}, {@code doctor …} or {@code --help}
   */
  public static void main(String[] arguments) {
    System.exit(CommandLineProgram.run(arguments));
  }
}
