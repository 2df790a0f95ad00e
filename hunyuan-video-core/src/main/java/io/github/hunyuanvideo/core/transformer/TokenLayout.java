package io.github.hunyuanvideo.core.transformer;

/**
 * Which tokens are where in a sequence: those of the image, frame by frame, then those of the text.
 *
 * @param frameTokens image tokens of one latent frame
 * @param imageTokens image tokens of all latent frames
 * @param textTokens tokens of the text, without padding
 */
public record TokenLayout(long frameTokens, long imageTokens, long textTokens) {

  /** The length of the sequence. */
  public long tokens() {
    return imageTokens + textTokens;
  }
}
