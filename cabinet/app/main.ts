import '../ui/styles/index.css';
import './halo-app.ts';
