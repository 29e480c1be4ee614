/** What is taken from Element Plus, with its styles; then what of them is ours. */
import "element-plus/theme-chalk/el-dialog.css";
import "element-plus/theme-chalk/el-overlay.css";
import "element-plus/theme-chalk/el-message.css";
import "element-plus/theme-chalk/el-option.css";
import "element-plus/theme-chalk/el-popper.css";
import "element-plus/theme-chalk/el-scrollbar.css";
import "element-plus/theme-chalk/el-select.css";
import "element-plus/theme-chalk/el-tag.css";
import "element-plus/theme-chalk/base.css";
import "./style/element.css";

export { ElConfigProvider, ElDialog, ElMessage, ElOption, ElSelect } from "element-plus";
export { default as zhCn } from "element-plus/es/locale/lang/zh-cn";
