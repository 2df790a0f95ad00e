package io.github.hunyuanvideo.api;

import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.nio.ByteBuffer;

/**
 * One picture: 8-bit RGB, rows from top to bottom. Bytes are the decoder's values times 255,
 * truncated, as the official program writes them.
 */
public final class Frame {

  private final int index;
  private final VideoSize size;
  private final byte[] rgb;

  private Frame(int index, VideoSize size, byte[] rgb) {
    this.index = index;
    this.size = size;
    this.rgb = rgb;
  }

  /**
   * Makes a frame of bytes without copying them. They must not be written to afterwards.
   *
   * @param index the frame's position in its video, from 0
   * @param size width and height
   * @param rgb {@code (height, width, 3)} bytes
   * @return the frame
   * @throws IllegalArgumentException if the number of bytes is not height × width × 3
   */
  public static Frame wrap(int index, VideoSize size, byte[] rgb) {
    if (rgb.length != size.width() * size.height() * 3) {
      throw new IllegalArgumentException(
          "a frame of %s has %d bytes, got %d"
              .formatted(size, size.width() * size.height() * 3, rgb.length));
    }
    return new Frame(index, size, rgb);
  }

  /**
   * The frame's position in its video.
   *
   * @return from 0
   */
  public int index() {
    return index;
  }

  /**
   * Width and height.
   *
   * @return in pixels
   */
  public VideoSize size() {
    return size;
  }

  /**
   * The pixels.
   *
   * @return a copy, {@code (height, width, 3)}, red first
   */
  public byte[] toBytes() {
    return rgb.clone();
  }

  /**
   * The pixels without a copy.
   *
   * @return a read-only view, {@code (height, width, 3)}, red first
   */
  public ByteBuffer asBuffer() {
    return ByteBuffer.wrap(rgb).asReadOnlyBuffer();
  }

  /**
   * The picture for Java's imaging classes.
   *
   * @return a new image of type {@link BufferedImage#TYPE_3BYTE_BGR}
   */
  public BufferedImage toImage() {
    BufferedImage image =
        new BufferedImage(size.width(), size.height(), BufferedImage.TYPE_3BYTE_BGR);
    byte[] bgr = ((DataBufferByte) image.getRaster().getDataBuffer()).getData();
    for (int i = 0; i < rgb.length; i += 3) {
      bgr[i] = rgb[i + 2];
      bgr[i + 1] = rgb[i + 1];
      bgr[i + 2] = rgb[i];
    }
    return image;
  }
}
