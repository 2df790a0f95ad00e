package io.github.hunyuanvideo.cuda;

/** What a program printed, or a file holds, is not what it should be. */
final class MalformedDataException extends Exception {

  private static final long serialVersionUID = 1L;

  MalformedDataException(String message) {
    super(message);
  }
}
