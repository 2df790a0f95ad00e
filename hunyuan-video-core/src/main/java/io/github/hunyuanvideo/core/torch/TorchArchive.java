package io.github.hunyuanvideo.core.torch;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Packs TorchScript source into the archive that PyTorch loads: a zip with uncompressed entries,
 * holding the code, the file format's version and two small pickles, one of an empty tuple of
 * constants and one of the module object.
 */
final class TorchArchive {

  /** With this version operators have their current signatures. */
  private static final byte[] FORMAT_VERSION = ascii("10\n");

  /** A pickled empty tuple: PROTO 2, EMPTY_TUPLE, STOP. */
  private static final byte[] NO_CONSTANTS = {(byte) 0x80, 2, ')', '.'};

  private TorchArchive() {}

  /**
   * Packs a program.
   *
   * @param main the file with the class {@code Ops}
   * @param libraries further files by the name under which the program calls them
   */
  static byte[] pack(String main, Map<String, String> libraries) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      store(zip, "ops/version", FORMAT_VERSION);
      store(zip, "ops/constants.pkl", NO_CONSTANTS);
      store(zip, "ops/data.pkl", moduleObject());
      store(zip, "ops/code/__torch__.py", main.getBytes(StandardCharsets.UTF_8));
      for (Map.Entry<String, String> library : libraries.entrySet()) {
        store(
            zip,
            "ops/code/__torch__/" + library.getKey() + ".py",
            library.getValue().getBytes(StandardCharsets.UTF_8));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /**
   * A pickled object of the class {@code __torch__.Ops} with the state {@code {"training": False}}.
   */
  private static byte[] moduleObject() {
    ByteArrayOutputStream pickle = new ByteArrayOutputStream();
    pickle.writeBytes(new byte[] {(byte) 0x80, 2}); // PROTO 2
    pickle.writeBytes(ascii("c__torch__\nOps\n")); // GLOBAL
    pickle.writeBytes(new byte[] {'q', 0, ')', (byte) 0x81}); // BINPUT 0, EMPTY_TUPLE, NEWOBJ
    pickle.writeBytes(new byte[] {'}', '(', 'X', 8, 0, 0, 0}); // EMPTY_DICT, MARK, BINUNICODE
    pickle.writeBytes(ascii("training"));
    pickle.writeBytes(new byte[] {'q', 1, (byte) 0x89}); // BINPUT 1, NEWFALSE
    pickle.writeBytes(new byte[] {'u', 'b', 'q', 2, '.'}); // SETITEMS, BUILD, BINPUT 2, STOP
    return pickle.toByteArray();
  }

  private static void store(ZipOutputStream zip, String name, byte[] content) throws IOException {
    ZipEntry entry = new ZipEntry(name);
    CRC32 checksum = new CRC32();
    checksum.update(content);
    entry.setMethod(ZipEntry.STORED);
    entry.setSize(content.length);
    entry.setCompressedSize(content.length);
    entry.setCrc(checksum.getValue());
    zip.putNextEntry(entry);
    zip.write(content);
    zip.closeEntry();
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
