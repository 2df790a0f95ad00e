package io.github.hunyuanvideo.core.torch;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Names the TorchScript file whose functions an interface stands for. Each method of the interface
 * is the method of the same name in the file's class {@code Ops} ({@code singleBlock} is {@code
 * single_block}), with the same parameters in the same order:
 *
 * <table>
 *   <caption>Types</caption>
 *   <tr><th>Java</th><th>TorchScript</th></tr>
 *   <tr><td>{@link Tensor}, with {@code @Nullable}</td><td>{@code Tensor}, {@code Optional[Tensor]}</td></tr>
 *   <tr><td>{@link TensorMap}</td><td>{@code Dict[str, Tensor]}</td></tr>
 *   <tr><td>{@code List<Tensor>}</td><td>{@code List[Tensor]}</td></tr>
 *   <tr><td>{@code long}, {@code int}; {@code long[]}</td><td>{@code int}; {@code List[int]}</td></tr>
 *   <tr><td>{@code double}, {@code boolean}, {@link String}</td><td>{@code float}, {@code bool}, {@code str}</td></tr>
 *   <tr><td>a record of tensors, as a result</td><td>{@code Tuple[Tensor, …]}</td></tr>
 * </table>
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface ProgramSource {

  /** The file's name without its ending, for example {@code transformer}. */
  String value();
}
